import { describe, expect, test } from 'vitest';
import type { Clip } from '../../../bench/barge-in/corpus.ts';
import { Cost, gaps, hear, percentile, summarise } from '../../../bench/barge-in/scores.ts';
import type { SpeechDetector, Verdict } from '../../../plugins/barge-in/detector.ts';

const clip = (fields: Partial<Clip>): Clip => ({
  file: 'x.ulaw',
  label: 'speech',
  cat: 'speech',
  onset: 1000,
  end: 2000,
  audio: new Uint8Array(160 * 150).fill(0xff),
  reference: null,
  ...fields,
});

/** A detector that gives these verdicts in frames `from`…`to`, else quiet. */
function scripted(...spans: readonly (readonly [from: number, to: number, verdict: Verdict])[]): SpeechDetector {
  let frame = 0;
  return {
    push: () => {
      const now = frame++;
      return spans.find(([from, to]) => now >= from && now < to)?.[2] ?? 'quiet';
    },
    reset: () => {},
  };
}

describe('a clip of speech', () => {
  test.for([
    ['is heard from its onset to the end of the frame', [60, 61, 'speaking'], 220, false],
    ['is missed when nothing is said until it is over', [140, 141, 'speaking'], null, false],
    ['may be heard a moment after its end', [109, 110, 'speaking'], 1200, false],
    ['is not heard by what was said before it', [40, 42, 'speaking'], null, true],
  ] as const)('%s', ([, span, latencyMs, isEarly]) => {
    expect(hear(clip({}), new Cost(), scripted(span))).toMatchObject({ latencyMs, isEarly });
  });

  test('a false alarm before it does not spoil what is heard then', () => {
    const detector = scripted([10, 11, 'speaking'], [70, 71, 'speaking']);
    expect(hear(clip({}), new Cost(), detector)).toMatchObject({ isEarly: true, firstFire: 220, latencyMs: 420 });
  });
});

test('one long alarm is one event a second, not fifty', () => {
  const outcome = hear(clip({ label: 'non', cat: 'knock', end: 3000 }), new Cost(), scripted([50, 150, 'speaking']));
  expect(outcome.fires).toBe(2);
});

test('a suspicion that the line bridges is no gap; one that goes on is, and one that is confirmed is none', () => {
  const noise = clip({ label: 'non', cat: 'knock' });
  const outcomes = [
    hear(noise, new Cost(), scripted([60, 66, 'suspected'])),
    hear(noise, new Cost(), scripted([60, 70, 'suspected'])),
    hear(noise, new Cost(), scripted([60, 70, 'suspected'], [70, 72, 'speaking'])),
    hear(noise, new Cost(), scripted()),
  ];
  expect(gaps(outcomes)).toEqual({ events: 4, 'suspected%': 50, 'audible%': 25, longestMs: 80 });
});

test('the figures keep voices behind, voices far away and echo apart', () => {
  const never = () => scripted();
  const always = () => scripted([0, 999, 'speaking']);
  const non = (cat: string) => clip({ label: 'non', cat });
  const cost = new Cost();
  const figures = summarise(
    'scripted',
    [
      hear(clip({}), cost, scripted([60, 61, 'speaking'])),
      hear(clip({ bg: 'babble' }), cost, always()),
      hear(clip({ echo: 30 }), cost, always()),
      hear(clip({ cat: 'speech-short' }), cost, never()),
      hear(non('knock'), cost, never()),
      hear(non('echo'), cost, always()),
      hear(non('far-voices'), cost, always()),
    ],
    cost,
    7,
  );
  expect(figures.speech).toMatchObject({ n: 3, 'early%': 66.7 });
  expect(figures.speechNoVoicesBehind).toMatchObject({ n: 1, 'detect%': 100, 'early%': 0, p50: 220 });
  expect(figures.short).toMatchObject({ n: 1, 'detect%': 0, p50: null });
  expect(figures.nonNoVoices).toMatchObject({ n: 1, 'false%': 0 });
  expect(figures.byCat).toEqual({ knock: 0, echo: 100, 'far-voices': 100 });
  expect(figures.cpuUsPerFrame).toBeCloseTo(7000 / cost.frames, 0);
});

test('a percentile of none is none', () => {
  expect(percentile([], 0.5)).toBeNull();
  expect(percentile([5, 1, 3], 0.5)).toBe(3);
});
