/** Samples a second of every sound in the product. */
const SAMPLE_RATE = 8000;
const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/** A μ-law sound (8 kHz, mono, no header) as a WAV file of 16-bit samples, which every browser plays. */
export function wavOf(mulaw: Uint8Array): Uint8Array<ArrayBuffer> {
  const dataBytes = mulaw.length * BYTES_PER_SAMPLE;
  const file = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(file.buffer);
  const text = (at: number, letters: string) => file.set(new TextEncoder().encode(letters), at);
  text(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true); // bytes of the format that follows
  view.setUint16(20, 1, true); // linear samples
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * BYTES_PER_SAMPLE, true);
  view.setUint16(32, BYTES_PER_SAMPLE, true);
  view.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  for (const [index, byte] of mulaw.entries()) {
    view.setInt16(HEADER_BYTES + index * BYTES_PER_SAMPLE, linear(byte), true);
  }
  return file;
}

/** Linear sample of a μ-law byte (ITU-T G.711), −32124…32124. */
function linear(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0xf) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
  return code & 0x80 ? -magnitude : magnitude;
}
