import { FRAME_BYTES, SILENCE_BYTE } from '../audio/watermark.ts';

/** A frame of silence. */
export const SILENCE_FRAME: Uint8Array = new Uint8Array(FRAME_BYTES).fill(SILENCE_BYTE);

const RATE_HZ = 8000;
const WAVE_FORMAT_MULAW = 7;

/** A WAV file of μ-law frames (8 kHz, mono). */
export function wavOf(frames: readonly Uint8Array[]): Buffer {
  const data = Buffer.concat(frames);
  const head = Buffer.alloc(46);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(38 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(18, 16);
  head.writeUInt16LE(WAVE_FORMAT_MULAW, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(RATE_HZ, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.writeUInt16LE(0, 36);
  head.write('data', 38, 'latin1');
  head.writeUInt32LE(data.length, 42);
  return Buffer.concat([head, data]);
}
