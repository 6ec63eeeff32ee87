import { describe, expect, test } from 'vitest';
import { CONFIG } from '../../../plugins/barge-in/detector.ts';
import { Ear } from '../../../plugins/barge-in/ear.ts';
import { EchoReference } from '../../../plugins/barge-in/echo.ts';
import { NoiseFloor } from '../../../plugins/barge-in/noise-floor.ts';
import { WINDOW, autocorrelation, powerSpectrum, transform } from '../../../plugins/barge-in/spectrum.ts';
import { randomSource } from '../../../sandbox/audio/random.ts';
import { SILENCE, echoOf, framesOf, mix, silent, sound, tone, voice } from './sounds.ts';

describe('the spectrum', () => {
  const random = randomSource(3);
  const samples = Float64Array.from({ length: WINDOW }, () => random() - 0.5);

  test('is the one that the definition gives', () => {
    const real = new Float64Array(129);
    const imag = new Float64Array(129);
    transform(samples, real, imag);
    for (let bin = 0; bin <= 128; bin++) {
      let [x, y] = [0, 0];
      samples.forEach((sample, i) => {
        x += sample * Math.cos((2 * Math.PI * bin * i) / WINDOW);
        y -= sample * Math.sin((2 * Math.PI * bin * i) / WINDOW);
      });
      expect(real[bin]).toBeCloseTo(x, 9);
      expect(imag[bin]).toBeCloseTo(y, 9);
    }
  });

  test('and its autocorrelation, which goes round', () => {
    const power = new Float64Array(129);
    const lags = new Float64Array(129);
    powerSpectrum(samples, power);
    autocorrelation(power, lags);
    for (const lag of [0, 1, 20, 77, 128]) {
      const sum = samples.reduce((all, sample, i) => all + sample * samples[(i + lag) % WINDOW]!, 0);
      expect(lags[lag]! / WINDOW).toBeCloseTo(sum, 9);
    }
  });
});

describe('the noise floor', () => {
  const after = (...stretches: readonly (readonly [frames: number, power: number])[]) => {
    const floor = new NoiseFloor();
    for (const [frames, power] of stretches) for (let i = 0; i < frames; i++) floor.push(power);
    return floor.power;
  };

  test('is not lifted by a word, and in a long sentence with its pauses stays far below the voice', () => {
    const [quiet, loud] = [1e3, 1e6];
    expect(after([100, quiet], [30, loud])).toBe(after([100, quiet]));
    const sentence = [1, 2, 3, 4].flatMap(() => [[40, loud] as const, [15, quiet] as const]);
    expect(after([100, quiet], ...sentence, [40, loud])).toBeLessThan(loud / 30);
  });

  test('learns a fan that was switched on within two seconds, and forgets it at once', () => {
    expect(after([100, 10], [100, 1e5])).toBeGreaterThan(1e5);
    expect(after([100, 1e5], [30, 10])).toBeLessThan(100);
  });

  test('knows nothing before the first frame', () => expect(after()).toBe(0));
});

describe('the echo', () => {
  const agent = voice('שלום, איך אפשר לעזור לכם היום בבקשה', 0, 'agent');
  /** The best likeness of each frame of `heard` while `agent` is played. */
  const likeness = (heard: readonly number[]) => {
    const echo = new EchoReference();
    const played = framesOf(agent);
    return framesOf(heard).map((frame, index) => {
      echo.push(played[index] ?? null);
      return echo.likeness(frame);
    });
  };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test.for([20, 65, 110, 180, 240])('is known by its likeness to what was played %i ms before', (delayMs) => {
    expect(mean(likeness(echoOf(agent, delayMs, 25)).slice(20, 60))).toBeGreaterThan(0.7);
  });

  test('is not what a caller says meanwhile', () => {
    const caller = voice('רגע, זה לא מה שאמרתי לכם קודם');
    expect(mean(likeness(mix(echoOf(agent, 90, 30), caller)).slice(20, 60))).toBeLessThan(0.45);
  });

  test('is expected for a quarter of a second after the agent fell silent, and no longer', () => {
    const echo = new EchoReference();
    echo.push(framesOf(agent)[3]!);
    for (let frame = 0; frame < 12; frame++) echo.push(null);
    expect(echo.isActive).toBe(true);
    for (let frame = 0; frame < 3; frame++) echo.push(SILENCE);
    expect(echo.isActive).toBe(false);
    expect(echo.power).toBe(0);
  });
});

describe('the ear', () => {
  const looks = (ear: Ear, samples: readonly number[], played: Uint8Array | null = SILENCE) =>
    framesOf(samples).filter((frame) => ear.push(frame, played)).length;
  const idle = sound(1000, -66, (_, random) => random() * 2 - 1);

  test('works out nothing on an idle line, in a steady noise, and while the agent does not speak', () => {
    const ear = new Ear(CONFIG);
    expect(looks(ear, idle)).toBe(0);
    const hiss = sound(5000, -30, (_, random) => random() * 2 - 1);
    looks(ear, hiss);
    expect(looks(ear, hiss)).toBe(0);
    looks(ear, silent(2000));
    looks(ear, silent(600), null);
    expect(looks(ear, voice('אני רוצה לשאול משהו'), null)).toBe(0);
  });

  test('listens to a voice from its first moment, and a moment after it', () => {
    const ear = new Ear(CONFIG);
    looks(ear, idle);
    const word = voice('שאלה');
    const frames = word.length / 160;
    const looked = looks(ear, [...word, ...idle]);
    expect(looked).toBeGreaterThanOrEqual(frames);
    expect(looked).toBeLessThanOrEqual(frames + CONFIG.gateHoldMs / 20 + 1);
  });

  test('learns how loud the agent comes back, and stops listening to it', () => {
    const agent = voice('שלום, הגעתם למרפאת השיניים של דוקטור לוי, איך אפשר לעזור לכם היום', 0, 'agent');
    const heard = framesOf(echoOf(agent, 60, 15));
    const played = framesOf(agent);
    const ear = new Ear(CONFIG);
    looks(ear, idle);
    const once = () => heard.filter((frame, index) => ear.push(frame, played[index] ?? null)).length;
    const first = once();
    looks(ear, idle);
    expect(once()).toBeLessThan(first / 2);
  });

  test('does not take a caller who speaks over the agent for its echo', () => {
    const agent = voice('שלום, הגעתם למרפאת השיניים של דוקטור לוי, איך אפשר לעזור לכם היום', 0, 'agent');
    const played = framesOf(agent);
    const ear = new Ear(CONFIG);
    looks(ear, idle);
    // The same voice: two of one pitch follow each other at some delay for a moment.
    const over = voice('רגע, זה לא מה שאמרתי לכם קודם, יש לי שאלה אחרת', -6, 'agent');
    framesOf(over).forEach((frame, index) => ear.push(frame, played[index] ?? null));
    looks(ear, idle);
    const soft = framesOf(voice('אני רוצה לשאול משהו אחר', -12));
    const looked = soft.filter((frame, index) => ear.push(frame, played[index] ?? null)).length;
    expect(looked).toBeGreaterThan(0.9 * soft.length);
  });

  test('a hum below the voice does not hide it: the floor is taken of the differences', () => {
    const ear = new Ear(CONFIG);
    const hum = (ms: number) => sound(ms, -20, (t) => tone(t, 50));
    looks(ear, hum(3000));
    expect(looks(ear, hum(1000))).toBe(0);
    expect(looks(ear, mix(hum(1000), voice('שאלה', -6)))).toBeGreaterThan(10);
  });
});
