import { expect, test } from 'vitest';
import { BYTES_PER_MS, FRAME_BYTES, SILENCE, bytesToMs, decodeMulaw, rmsLevel } from '../../../voice/audio/mulaw.ts';

test.for([
  [0xff, 0],
  [0x7f, 0],
  [0x80, 32124],
  [0x00, -32124],
  [0xf0, 120],
  [0x70, -120],
  [0xcf, 924],
] as const)('byte %i is sample %i, as G.711 has it', ([byte, sample]) => {
  expect(decodeMulaw(byte) + 0).toBe(sample);
});

test('the level of silence is 0, that of a full square wave the greatest sample', () => {
  expect(rmsLevel(new Uint8Array(160).fill(SILENCE))).toBe(0);
  expect(rmsLevel(Uint8Array.from({ length: 160 }, (_, index) => (index % 2 === 0 ? 0x80 : 0x00)))).toBe(32124);
  expect(rmsLevel(new Uint8Array(0))).toBe(0);
});

test('the level of a mixture lies between', () => {
  const half = new Uint8Array(160).fill(SILENCE).fill(0x80, 0, 40);
  expect(rmsLevel(half)).toBeCloseTo(32124 / 2, 6);
});

test('a frame is 20 ms', () => {
  expect(bytesToMs(FRAME_BYTES)).toBe(20);
  expect(bytesToMs(BYTES_PER_MS)).toBe(1);
});
