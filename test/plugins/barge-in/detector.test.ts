import { describe, expect, test } from 'vitest';
import { speechDetector } from '../../../plugins/barge-in/detector.ts';
import { NOISE_KINDS, noise } from '../../../sandbox/audio/noise.ts';
import { decodeMulaw } from '../../../sandbox/audio/mulaw.ts';
import { rmsLevel } from '../../../voice/audio/mulaw.ts';
import { SILENCE, echoOf, firstAt, framesOf, mix, silent, sound, tone, verdictsOn, voice } from './sounds.ts';

const SENTENCE = 'סליחה, אני רוצה לשאול משהו אחר בבקשה';

describe('the caller is heard', () => {
  test.for(['סליחה רגע', SENTENCE, 'תעצרי בבקשה', 'אני צריך לדבר עם נציג', 'לא, התכוונתי ליום שלישי'])(
    'who says «%s»: within half a second the agent is silent',
    (text) => {
      expect(firstAt(verdictsOn(voice(text)), 'speaking')).toBeLessThanOrEqual(500);
    },
  );

  test('the agent is paused before it is interrupted: the word is not talked over while it is made sure', () => {
    const verdicts = verdictsOn(voice(SENTENCE));
    expect(firstAt(verdicts, 'suspected')).toBeLessThan(firstAt(verdicts, 'speaking') ?? 0);
  });

  test.for(['סליחה', 'תקשיבי', 'נציג', 'בבקשה'])('who says one word, «%s», a third of a second long', (word) => {
    expect(verdictsOn(voice(word))).toContain('speaking');
  });

  test('who is hardly louder than the thresholds', () => {
    expect(verdictsOn(voice(SENTENCE, -8))).toContain('speaking');
  });

  test('in a car: rumble as loud as the voice', () => {
    let low = 0;
    let lower = 0;
    const rumble = sound(4000, 0, (_, random) => {
      low += 0.05 * (random() * 2 - 1 - low);
      lower += 0.15 * (low - lower);
      return 0.9 * lower;
    });
    const verdicts = verdictsOn(mix(rumble, [...silent(2000), ...voice(SENTENCE)]));
    expect(verdicts.slice(0, 100)).not.toContain('speaking');
    expect(verdicts.slice(100)).toContain('speaking');
  });

  test('over the echo of the agent', () => {
    const agent = voice('שלום, הגעתם למרפאת השיניים של דוקטור לוי, איך אפשר לעזור לכם היום', 0, 'agent');
    const heard = mix(echoOf(agent, 90, 28), [...silent(1500), ...voice(SENTENCE)]);
    const at = firstAt(verdictsOn(heard, { played: agent }), 'speaking');
    expect(at).toBeGreaterThan(1500);
    expect(at).toBeLessThanOrEqual(2000);
  });
});

describe('the agent speaks on', () => {
  test.for(NOISE_KINDS)('over a %s', (kind) => {
    const samples = noise(kind, 1500).flatMap((frame) => Array.from(frame, decodeMulaw));
    expect(verdictsOn(samples)).not.toContain('speaking');
  });

  const knock = (t: number) => tone(t % 0.18, 160, 370, 620) * Math.exp(-(t % 0.18) * 45);
  test.for([
    ['a fan that is switched on', sound(4000, -30, (_, random) => random() * 2 - 1)],
    ['knocks at the door', sound(1600, -8, knock)],
    ['a key that is pressed', sound(2000, -12, (t) => (t % 0.5 < 0.2 ? tone(t, 770, 1336) : 0))],
    ['the tone of a held line', sound(3000, -18, (t) => (t % 1.5 < 1 ? tone(t, 425) : 0))],
    ['the hum of the mains', sound(3000, -20, (t) => tone(t, 50, 100, 150, 250))],
    [
      'music on the radio',
      sound(4000, -26, (t) => {
        const root = 220 * 2 ** ([0, 4, 7, 12, 7, 4][Math.floor(t / 0.25) % 6]! / 12);
        return tone(t, root, 2 * root, 3 * root, root / 2) * Math.exp(-(t % 0.25) * 4);
      }),
    ],
    [
      'a breath into the telephone',
      sound(1800, -24, (t, random) => (random() * 2 - 1) * Math.max(0, Math.sin((Math.PI * t) / 0.6))),
    ],
    ['typing', sound(3000, -14, (t, random) => (random() * 2 - 1) * Math.exp(-(t % 0.13) * 300))],
  ] as const)('over %s', ([, samples]) => {
    expect(verdictsOn(samples)).not.toContain('speaking');
  });

  test.for([
    [25, 35],
    [90, 25],
    [160, 20],
    [60, 12],
  ] as const)('over its own echo, %i ms late and %i dB softer', ([delayMs, lossDb]) => {
    const agent = voice(`${SENTENCE}. ${SENTENCE}`, 3, 'agent');
    expect(verdictsOn(echoOf(agent, delayMs, lossDb), { played: agent })).not.toContain('speaking');
  });

  test('which without what was played could not be told from a caller', () => {
    const agent = voice(`${SENTENCE}. ${SENTENCE}`, 3, 'agent');
    expect(verdictsOn(echoOf(agent, 60, 12))).toContain('speaking');
  });

  test('over voices in the next room, too soft to be meant for it', () => {
    expect(verdictsOn(voice(SENTENCE, -22))).not.toContain('speaking');
  });

  test('over a sound of speech that is over in a moment', () => {
    const verdicts = verdictsOn(voice(SENTENCE).slice(0, 8 * 80));
    expect(verdicts).not.toContain('speaking');
  });
});

describe('the detector', () => {
  const push = (detector: ReturnType<typeof speechDetector>, frames: readonly Uint8Array[]) =>
    frames.map((frame, index) => detector.push({ at: index * 20, level: rmsLevel(frame), frame, reference: SILENCE }));

  test('gives the same verdicts on the same frames, beside another call as well', () => {
    const frames = framesOf(voice(SENTENCE));
    const alone = push(speechDetector(), frames);
    const [one, other] = [speechDetector(), speechDetector()];
    const beside = frames.map((frame, index) => {
      const [verdict] = push(one, [frame]);
      push(other, [framesOf(sound(20, -10, (t) => tone(t + index / 50, 300)))[0]!]);
      return verdict;
    });
    expect(beside).toEqual(alone);
  });

  test('after a reset nothing that was said before counts', () => {
    const detector = speechDetector();
    const frames = framesOf(voice(SENTENCE));
    const at = push(detector, frames).indexOf('speaking');
    detector.reset();
    expect(push(detector, frames.slice(0, 3))).toEqual(['quiet', 'quiet', 'quiet']);
    expect(at).toBeGreaterThan(3);
  });

  test('says nothing while the agent does not speak: there is nothing to interrupt', () => {
    expect(verdictsOn(voice(SENTENCE), { played: null })).not.toContain('speaking');
  });

  test('does not keep the agent paused by a sound that it cannot make out: it is sure within 0.3 s or gives up', () => {
    const verdicts = verdictsOn(voice('בלעבלעבלעבלעבלעבלע'), { config: { confirmMs: 1e9 } });
    expect(firstAt(verdicts, 'suspected')).not.toBeNull();
    expect(verdicts.filter((verdict) => verdict === 'suspected').length * 20).toBeLessThanOrEqual(300);
  });

  test('lives through a frame that was cut short, and an empty one', () => {
    const detector = speechDetector();
    const frames = framesOf(voice(SENTENCE));
    push(detector, [frames[0]!.slice(0, 40), new Uint8Array(0), ...framesOf(silent(500))]);
    expect(push(detector, frames)).toContain('speaking');
  });

  test('a line that was noisy for a minute is not deaf to speech afterwards', () => {
    const detector = speechDetector();
    push(detector, framesOf(sound(60_000, -22, (_, random) => random() * 2 - 1)));
    push(detector, framesOf(silent(2000)));
    expect(push(detector, framesOf(voice(SENTENCE)))).toContain('speaking');
  });
});
