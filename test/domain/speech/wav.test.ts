import { expect, it } from 'vitest';
import { wavOf } from '../../../domain/speech/wav.ts';
import { decodeMulaw } from '../../../voice/audio/mulaw.ts';

it('a WAV file says what it holds, and holds what the line would play', () => {
  const mulaw = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const file = Buffer.from(wavOf(mulaw));
  expect(file.length).toBe(44 + 512);
  expect([file.toString('latin1', 0, 4), file.toString('latin1', 8, 16)]).toEqual(['RIFF', 'WAVEfmt ']);
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect(file.readUInt32LE(24)).toBe(8000);
  expect(file.readUInt32LE(40)).toBe(512);
  for (const byte of mulaw) expect(file.readInt16LE(44 + byte * 2)).toBe(decodeMulaw(byte) + 0);
});
