import { describe, expect, test } from 'vitest';
import {
  BARGE_IN_MIN_MS,
  BARGE_IN_SPEECH_THRESHOLD,
  SUSPICION_MS,
  type Verdict,
} from '../../../plugins/barge-in/detector.ts';
import { energyDetector } from '../../../plugins/barge-in/energy.ts';

/** The verdict on each 20 ms frame of these levels. */
function verdicts(levels: readonly number[]): Verdict[] {
  const detector = energyDetector();
  const frame = new Uint8Array(160);
  return levels.map((level, index) => detector.push({ at: index * 20, level, frame, reference: null }));
}

const frames = (ms: number, level: number) => Array.from({ length: ms / 20 }, () => level);
const LOUD = 4 * BARGE_IN_SPEECH_THRESHOLD;

describe('energy alone', () => {
  test('speech is suspected after 100 ms and certain after 250', () => {
    const heard = verdicts(frames(400, LOUD));
    expect(heard.indexOf('suspected') * 20 + 20).toBe(SUSPICION_MS);
    expect(heard.indexOf('speaking') * 20).toBeGreaterThanOrEqual(BARGE_IN_MIN_MS - 20);
    expect(heard.indexOf('speaking') * 20).toBeLessThan(BARGE_IN_MIN_MS + 20);
  });

  test.for([
    ['a quiet line', frames(2000, 50)],
    ['the echo of the agent', frames(2000, BARGE_IN_SPEECH_THRESHOLD - 1)],
    ['a knock', [...frames(200, 20), ...frames(20, LOUD), ...frames(400, 20)]],
    ['a cough of 120 ms', [...frames(200, 20), ...frames(120, LOUD), ...frames(400, 20)]],
    ['a door of 160 ms', [...frames(200, 20), ...frames(160, LOUD), ...frames(400, 20)]],
  ] as const)('%s is not speech', ([, levels]) => {
    expect(verdicts(levels)).not.toContain('speaking');
  });

  test('a short word is: its end still counts while the window is loud', () => {
    expect(verdicts([...frames(200, 20), ...frames(200, LOUD), ...frames(400, 20)])).toContain('speaking');
  });

  test('the gap between two syllables does not begin the count again', () => {
    expect(verdicts([...frames(140, LOUD), ...frames(60, 20), ...frames(100, LOUD)])).toContain('speaking');
  });

  test('a pause longer than the window does', () => {
    expect(verdicts([...frames(120, LOUD), ...frames(300, 20), ...frames(120, LOUD)])).not.toContain('speaking');
  });

  test('after a reset nothing of what was heard counts', () => {
    const detector = energyDetector();
    const frame = new Uint8Array(160);
    for (let at = 0; at < 240; at += 20) detector.push({ at, level: LOUD, frame, reference: null });
    detector.reset();
    expect(detector.push({ at: 240, level: LOUD, frame, reference: null })).toBe('quiet');
  });
});
