import { expect, test } from 'vitest';
import { numberedFrame, readFrame } from '../../../bench/load/frames.ts';
import { rmsLevel } from '../../../voice/audio/mulaw.ts';

test('a frame tells whose it is and which, in what cannot be heard', () => {
  for (const [call, sequence] of [
    [0, 0],
    [199, 70_000],
    [0xffff, 0xff_ffff],
  ] as const) {
    expect(readFrame(numberedFrame(call, sequence, null))).toEqual({ call, sequence, isVoice: false });
    expect(readFrame(numberedFrame(call, sequence, 3))).toEqual({ call, sequence, isVoice: true });
  }
  expect(rmsLevel(numberedFrame(199, 70_000, null))).toBeLessThan(10);
  expect(rmsLevel(numberedFrame(199, 70_000, 5))).toBeGreaterThan(300);
});

test('audio of nobody has no number', () => {
  expect(readFrame(Buffer.alloc(6400, 0xff))).toBeNull();
  expect(readFrame(Buffer.alloc(10, 0xff))).toBeNull();
});
