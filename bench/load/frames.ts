/**
 * Frames whose first bytes say whose they are and when they were made, so that a peer in the same process can tell how
 * long one was under way. The rest is silence or a voice of about −15 dBFS.
 */
const MAGIC = 0xb7;
const FRAME_BYTES = 160;

/** A 20 ms μ-law frame of one call. `sequence` is 24 bit. */
export function numberedFrame(call: number, sequence: number, isLoud: boolean): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES, isLoud ? 0x20 : 0xff);
  frame[0] = MAGIC;
  frame.writeUInt16BE(call, 1);
  frame.writeUIntBE(sequence, 3, 3);
  return frame;
}

/** Who made a frame, and which; null when it carries no number. */
export function readFrame(
  frame: Buffer,
): { readonly call: number; readonly sequence: number; readonly isLoud: boolean } | null {
  if (frame.length < FRAME_BYTES || frame[0] !== MAGIC) return null;
  return { call: frame.readUInt16BE(1), sequence: frame.readUIntBE(3, 3), isLoud: frame[100] === 0x20 };
}
