import { describe, expect, test } from 'vitest';
import { MessageRate } from '../../../voice/twilio/message-rate.ts';

/** Bytes of a media message as Twilio sends it. */
const FRAME = 340;

/** When a socket that sends so many a second for so long is found to send too much, ms; null: never. */
function foundAt(perSecond: number, seconds: number, bytes = FRAME): number | null {
  const rate = new MessageRate(0);
  for (let index = 0; index < perSecond * seconds; index++) {
    const now = (index * 1000) / perSecond;
    if (!rate.admits(now, bytes)) return now;
  }
  return null;
}

describe('how much a socket may send', () => {
  test('50 frames a second and their marks, for an hour, is a telephone call', () => {
    expect(foundAt(60, 3600)).toBeNull();
  });

  test.for([
    [2000, 600],
    [500, 3000],
    [200, 11_000],
  ] as const)('%i a second are too many after %i ms', ([perSecond, limitMs]) => {
    expect(foundAt(perSecond, 60)).toBeLessThan(limitMs);
  });

  test('a line that was stuck for 10 s may deliver them all at once, and again a minute later', () => {
    const rate = new MessageRate(0);
    for (const at of [10_000, 70_000]) {
      for (let index = 0; index < 600; index++) expect(rate.admits(at, FRAME)).toBe(true);
      for (let index = 0; index < 3000; index++) expect(rate.admits(at + index * 20, FRAME)).toBe(true);
    }
  });

  test('messages of 64 KiB count for what they weigh: 20 a second are too many', () => {
    expect(foundAt(20, 5, 64 * 1024)).toBeLessThan(1000);
    expect(foundAt(1, 60, 64 * 1024)).toBeNull();
  });
});
