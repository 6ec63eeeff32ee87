import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FRAME_BYTES, read, stamp } from '../../../sandbox/audio/watermark.ts';

const silence = () => new Uint8Array(FRAME_BYTES).fill(0xff);

describe('watermark', () => {
  test('every line and frame index reads back from any audio', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: FRAME_BYTES, maxLength: FRAME_BYTES }),
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 0, max: 4095 }),
        (audio, line, frame) => {
          expect(read(stamp(audio, { line, frame }))).toEqual({ line, frame });
        },
      ),
    );
  });

  test('the bits stand where the contract puts them', () => {
    const frame = stamp(new Uint8Array(FRAME_BYTES), { line: 0x12, frame: 0x345 });
    const word = [...frame.subarray(0, 32)].map((byte) => byte & 1).join('');
    // A^5^1^2^3^4^5 = E
    expect(Number.parseInt(word, 2).toString(16)).toBe('a512345e');
    expect(frame.subarray(32)).toEqual(new Uint8Array(FRAME_BYTES - 32));
  });

  test('only the lowest bit of the first 32 bytes changes', () => {
    const frame = stamp(silence(), { line: 3, frame: 7 });
    for (const [index, byte] of frame.entries()) expect(byte | (index < 32 ? 1 : 0)).toBe(0xff);
  });

  test('silence, short pieces and shifted frames carry none', () => {
    expect(read(silence())).toBeNull();
    expect(read(new Uint8Array(FRAME_BYTES))).toBeNull();
    expect(read(new Uint8Array(31).fill(0xa5))).toBeNull();
    const shifted = new Uint8Array(FRAME_BYTES);
    shifted.set(stamp(new Uint8Array(FRAME_BYTES), { line: 1, frame: 2 }).subarray(0, FRAME_BYTES - 1), 1);
    expect(read(shifted)).toBeNull();
  });

  test('a flipped bit is noticed', () => {
    for (let bit = 0; bit < 32; bit++) {
      const frame = stamp(silence(), { line: 17, frame: 1234 });
      frame[bit] = frame[bit]! ^ 1;
      expect(read(frame)).toBeNull();
    }
  });

  test('indexes that do not fit are refused', () => {
    expect(() => stamp(silence(), { line: 256, frame: 0 })).toThrow(RangeError);
    expect(() => stamp(silence(), { line: 0, frame: 4096 })).toThrow(RangeError);
    expect(() => stamp(new Uint8Array(20), { line: 0, frame: 0 })).toThrow(RangeError);
  });
});
