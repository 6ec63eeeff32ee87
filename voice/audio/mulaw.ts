/** G.711 μ-law facts. Every sound in the engine is μ-law, 8 kHz, mono: 8 bytes a millisecond. */

export const BYTES_PER_MS = 8;
export const FRAME_MS = 20;
/** One 20 ms frame. */
export const FRAME_BYTES = FRAME_MS * BYTES_PER_MS;
/** The byte of digital silence. */
export const SILENCE = 0xff;

/** Linear sample of a μ-law byte (ITU-T G.711), −32124…32124. */
export function decodeMulaw(byte: number): number {
  const inverted = ~byte & 0xff;
  const exponent = (inverted >> 4) & 7;
  const magnitude = (((inverted & 15) << 3) + 0x84) << exponent;
  return inverted & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

const SQUARES = Float64Array.from({ length: 256 }, (_, byte) => decodeMulaw(byte) ** 2);

/** RMS of a stretch of μ-law on the linear 16-bit scale, 0–32124; 0 for no bytes. */
export function rmsLevel(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  let sum = 0;
  for (let index = 0; index < bytes.length; index++) sum += SQUARES[bytes[index] as number] as number;
  return Math.sqrt(sum / bytes.length);
}

/** Milliseconds of a number of μ-law bytes. */
export function bytesToMs(bytes: number): number {
  return bytes / BYTES_PER_MS;
}
