import { describe, expect, test } from 'vitest';
import {
  type Evidence,
  NO_EVIDENCE,
  PROVEN_SPEECH_LEVEL,
  hear,
  provenSpeechMs,
} from '../../../voice/session/evidence.ts';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const LOUD = PROVEN_SPEECH_LEVEL;
const QUIET = PROVEN_SPEECH_LEVEL - 1;

/** Evidence after stretches of [ms, level]. */
function after(...stretches: readonly (readonly [number, number])[]): Evidence {
  let evidence = NO_EVIDENCE;
  for (const [ms, level] of stretches) for (let at = 0; at < ms; at += 20) evidence = hear(evidence, level, 20);
  return evidence;
}

describe('proven speech', () => {
  const spoken = after([1000, QUIET], [300, LOUD], [100, QUIET], [200, LOUD], [1000, QUIET]);

  test.for([
    ['the whole', 0, 2600, 500],
    ['an utterance with the pause in it', 900, 1700, 500],
    ['a part', 1100, 1450, 250],
    ['the silence before', 0, 1000, 0],
    ['what is still to come', 2600, 9000, 0],
  ] as const)('of %s', ([, from, to, ms]) => {
    expect(provenSpeechMs(spoken, from, to)).toBe(ms);
  });

  test('of a stretch that goes on is one stretch, however long', () => {
    expect(after([60_000, LOUD]).stretches).toHaveLength(1);
  });

  test('of an hour of clicks does not grow for ever, and keeps the latest', () => {
    const clicks = after(
      ...Array.from(
        { length: 500 },
        () =>
          [
            [20, LOUD],
            [20, QUIET],
          ] as const,
      ).flat(),
    );
    expect(clicks.stretches.length).toBeLessThanOrEqual(64);
    expect(provenSpeechMs(clicks, clicks.passedMs - 400, clicks.passedMs)).toBe(200);
  });
});

test('it is measured in audio the model got: what was withheld before it does not shift it', async () => {
  const proven: number[] = [];
  const holder = testPlugin(
    'holder',
    {
      onCallStart: () => [{ type: 'hold_caller_audio' }, { type: 'start_timer', id: 't', ms: 2010 }],
      onTimer: () => [{ type: 'release_caller_audio' }],
      onCallerCommitted: (turn) => void proven.push(turn.provenSpeechMs),
    },
    { mayHoldCallerAudio: true },
  );
  const story = call({ plugins: [holder] });
  await story.sound(2010);
  await story.elapse(500);
  await story.callerSays('שלום', { ms: 600 });
  expect(proven).toEqual([600]);
});
