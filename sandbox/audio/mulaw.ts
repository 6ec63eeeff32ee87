/** Encodes one linear 16-bit sample as G.711 μ-law; out-of-range values are clipped. */
export function encodeMulaw(sample: number): number {
  const clipped = Math.max(-32635, Math.min(32635, Math.round(sample)));
  const sign = clipped < 0 ? 0x80 : 0;
  const magnitude = Math.abs(clipped) + 132;
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0xf)) & 0xff;
}

const LINEAR = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0xf) << 3) + 132) << ((code >> 4) & 7)) - 132;
  return code & 0x80 ? -magnitude : magnitude;
});

/** Decodes one μ-law byte to a linear 16-bit sample. */
export function decodeMulaw(byte: number): number {
  return LINEAR[byte & 0xff] ?? 0;
}

/** Level of μ-law audio: RMS relative to full scale (32768), in dBFS; −96 for digital silence. */
export function levelDb(mulaw: Uint8Array): number {
  let sum = 0;
  for (const byte of mulaw) sum += (LINEAR[byte] ?? 0) ** 2;
  const rms = Math.sqrt(sum / Math.max(1, mulaw.length));
  return rms < 0.5 ? -96 : 20 * Math.log10(rms / 32768);
}
