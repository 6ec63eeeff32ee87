/** Bytes of one telephone frame: 20 ms of μ-law at 8 kHz. */
export const FRAME_BYTES = 160;

/** The byte that is silence in μ-law. */
export const SILENCE_BYTE = 0xff;

/** Which frame of which scripted line a frame of speech is. */
export interface Watermark {
  /** Index of the line in the script's conversation, 0–255 (200 and up: speech that stands in no script entry). */
  readonly line: number;
  /** Index of the 20 ms frame within the line, 0–4095. */
  readonly frame: number;
}

const BITS = 32;
const MAGIC = 0xa5;

/** xor of the seven upper nibbles of the 28 payload bits. */
function checksum(payload: number): number {
  let nibble = 0;
  for (let shift = 0; shift < 28; shift += 4) nibble ^= (payload >>> shift) & 0xf;
  return nibble;
}

/**
 * Writes the watermark into the lowest bit of the frame's first 32 bytes, most significant bit first:
 * magic 0xA5 (8) · line (8) · frame (12) · checksum nibble (4). Changes `frame` in place and returns it.
 * Throws a RangeError when the frame is shorter than 32 bytes or an index does not fit.
 */
export function stamp<T extends Uint8Array>(frame: T, mark: Watermark): T {
  if (frame.length < BITS) throw new RangeError(`a frame of ${frame.length} bytes cannot carry a watermark`);
  if (!Number.isInteger(mark.line) || mark.line < 0 || mark.line > 0xff) throw new RangeError(`line ${mark.line}`);
  if (!Number.isInteger(mark.frame) || mark.frame < 0 || mark.frame > 0xfff)
    throw new RangeError(`frame ${mark.frame}`);
  const payload = (MAGIC << 20) | (mark.line << 12) | mark.frame;
  const word = ((payload << 4) | checksum(payload)) >>> 0;
  for (let bit = 0; bit < BITS; bit++) frame[bit] = (frame[bit]! & 0xfe) | ((word >>> (31 - bit)) & 1);
  return frame;
}

/** The watermark of a frame, or null when there is none (silence, noise, a shifted or damaged frame). */
export function read(frame: Uint8Array): Watermark | null {
  if (frame.length < BITS) return null;
  let word = 0;
  for (let bit = 0; bit < BITS; bit++) word = (word << 1) | (frame[bit]! & 1);
  const payload = word >>> 4;
  if (payload >>> 20 !== MAGIC || (word & 0xf) !== checksum(payload)) return null;
  return { line: (payload >>> 12) & 0xff, frame: payload & 0xfff };
}
