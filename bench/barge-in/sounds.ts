import { encodeMulaw } from '../../sandbox/audio/mulaw.ts';
import type { Clip } from './corpus.ts';

/**
 * Sounds without speech, made up anew each time: a corpus holds a few dozen chimes, drums and tunes, and a network that
 * saw only those knows these and no others.
 */

const RATE = 8000;
const LEAD_MS = 1000;

type Random = () => number;
const between = (random: Random, low: number, high: number) => low + random() * (high - low);
/** Between `low` and `high` in ratios: as likely in each octave. */
const octaves = (random: Random, low: number, high: number) => low * (high / low) ** random();
const pick = <T>(random: Random, items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
const samplesOf = (ms: number) => Math.round((ms * RATE) / 1000);

/** Rises in `rise` ms and falls to a third in `fall` ms. */
function strike(sound: Float64Array, rise: number, fall: number): Float64Array {
  const top = samplesOf(rise) + 1;
  return sound.map((value, i) => (i < top ? (value * i) / top : value * Math.exp(-(i - top) / samplesOf(fall))));
}

/** A sum of partials; `bend` moves all of them to `bend` times their frequency by the end, `wobble` back and forth. */
function partials(
  ms: number,
  list: readonly (readonly [hz: number, gain: number])[],
  bend = 1,
  wobble: { readonly hz: number; readonly depth: number } = { hz: 0, depth: 0 },
): Float64Array {
  const out = new Float64Array(samplesOf(ms));
  for (const [hz, gain] of list) {
    let phase = 0;
    for (let i = 0; i < out.length; i++) {
      const now = hz * bend ** (i / out.length) * (1 + wobble.depth * Math.sin((2 * Math.PI * wobble.hz * i) / RATE));
      if (now > 3900) break;
      phase += (2 * Math.PI * now) / RATE;
      out[i] = out[i]! + gain * Math.sin(phase);
    }
  }
  return out;
}

/** Noise through a resonance that moves from one frequency to another. */
function whoosh(random: Random, ms: number, fromHz: number, toHz: number, width: number): Float64Array {
  const out = new Float64Array(samplesOf(ms));
  const radius = Math.exp((-Math.PI * width) / RATE);
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < out.length; i++) {
    const hz = fromHz * (toHz / fromHz) ** (i / out.length);
    const y = random() - 0.5 + 2 * radius * Math.cos((2 * Math.PI * hz) / RATE) * y1 - radius * radius * y2;
    out[i] = y;
    y2 = y1;
    y1 = y;
  }
  return out;
}

const harmonics = (random: Random, hz: number, tilt: number, only: 1 | 2 = 1) =>
  Array.from(
    { length: 14 },
    (_, n) => [hz * (1 + only * n), between(random, 0.5, 1) / (1 + only * n) ** tilt] as const,
  );

/** Kinds of single sounds. */
const SINGLE: readonly ((random: Random) => Float64Array)[] = [
  // A bell, a bar, a glass: partials that are no multiples of each other.
  (random) => {
    const hz = octaves(random, 150, 1800);
    const ratios = pick(random, [
      [1, 2.76, 5.4, 8.93],
      [1, 2, 2.4, 3, 4.5, 5.33],
      [1, 3.9, 9.2],
      [1, 1.47, 2.09, 2.56],
    ]);
    const list = ratios.map((ratio) => [hz * ratio, between(random, 0.2, 1) / Math.sqrt(ratio)] as const);
    return strike(partials(octaves(random, 150, 1500), list), between(random, 1, 12), octaves(random, 40, 600));
  },
  // A note of an instrument, with or without vibrato.
  (random) => {
    const list = harmonics(random, octaves(random, 70, 1200), between(random, 0.4, 2.2), pick(random, [1, 1, 2]));
    const wobble = { hz: between(random, 4, 7), depth: random() < 0.5 ? 0 : between(random, 0.002, 0.02) };
    const ms = octaves(random, 120, 1600);
    return strike(partials(ms, list, 1, wobble), octaves(random, 2, 150), octaves(random, 60, 1500));
  },
  // A chord.
  (random) => {
    const hz = octaves(random, 80, 500);
    const chord = pick(random, [
      [1, 1.26, 1.5],
      [1, 1.19, 1.5],
      [1, 1.5, 2],
      [1, 1.335, 1.78],
    ]);
    const list = chord.flatMap((ratio) => harmonics(random, hz * ratio, between(random, 0.8, 2)).slice(0, 8));
    return strike(partials(octaves(random, 200, 2000), list), octaves(random, 3, 250), octaves(random, 120, 2000));
  },
  // A drum, a drop, a chirp: a tone that falls or rises fast.
  (random) => {
    const list = harmonics(random, octaves(random, 60, 1200), between(random, 1, 3)).slice(0, pick(random, [1, 1, 3]));
    return strike(partials(octaves(random, 40, 500), list, octaves(random, 0.25, 4)), 2, octaves(random, 20, 200));
  },
  // A drum with its rattle: tone and noise.
  (random) => {
    const ms = octaves(random, 80, 400);
    const body = strike(partials(ms, [[octaves(random, 90, 350), 1]], 0.7), 1, octaves(random, 20, 120));
    const noise = strike(whoosh(random, ms, octaves(random, 500, 3000), 2000, 1500), 1, octaves(random, 15, 150));
    const share = between(random, 0.02, 0.5);
    return body.map((value, i) => value + share * noise[i]!);
  },
  // A whoosh, a page, a zip, water.
  (random) => {
    const [from, to] = [octaves(random, 200, 3000), octaves(random, 200, 3000)];
    const sound = whoosh(random, octaves(random, 80, 900), from, to, octaves(random, 40, 2000));
    return strike(sound, octaves(random, 2, 250), octaves(random, 30, 500));
  },
  // An alarm, a buzzer, an engine: rich tones, steady, swept or trembling.
  (random) => {
    const list = harmonics(random, octaves(random, 50, 900), between(random, 0, 1), pick(random, [1, 2]));
    const wobble = { hz: octaves(random, 1, 30), depth: random() < 0.6 ? 0 : between(random, 0.01, 0.2) };
    return strike(partials(octaves(random, 100, 1500), list, octaves(random, 0.6, 1.6), wobble), 5, 4000);
  },
  // Knocking, clapping, tearing: bursts of noise close together.
  (random) => {
    const out = new Float64Array(samplesOf(octaves(random, 60, 700)));
    const gap = octaves(random, 8, 150);
    for (let at = 0; at < out.length; at += samplesOf(gap * between(random, 0.7, 1.3)) + 1) {
      const hz = octaves(random, 300, 3000);
      const burst = strike(whoosh(random, 60, hz, hz, octaves(random, 100, 1500)), 0.5, octaves(random, 2, 20));
      for (let i = 0; i < burst.length && at + i < out.length; i++) out[at + i] = out[at + i]! + burst[i]!;
    }
    return out;
  },
];

function add(into: Float64Array, sound: Float64Array, at: number, gain: number): void {
  let most = 1e-9;
  for (const value of sound) most = Math.max(most, Math.abs(value));
  for (let i = 0; i < sound.length && at + i < into.length; i++)
    into[at + i] = into[at + i]! + (gain * sound[i]!) / most;
}

/** Sounds of one kind or of several, one after another, by chance or in a beat. */
function scene(random: Random, out: Float64Array): void {
  const kinds =
    random() < 0.6 ? [pick(random, SINGLE)] : [pick(random, SINGLE), pick(random, SINGLE), pick(random, SINGLE)];
  const beat = octaves(random, 90, 900);
  const isSteady = random() < 0.4;
  const alike = random() < 0.4 ? pick(random, kinds)(random) : null;
  for (let at = samplesOf(LEAD_MS + between(random, 0, 200)); at < out.length;) {
    add(out, alike ?? pick(random, kinds)(random), at, between(random, 0.4, 1));
    at += samplesOf(isSteady ? beat : beat * between(random, 0.4, 2));
  }
}

/** A tune: an instrument over a scale, a bass and a drum under it. */
function tune(random: Random, out: Float64Array): void {
  const beat = samplesOf(octaves(random, 110, 500));
  const root = octaves(random, 110, 440);
  const scale = [0, 2, 4, 5, 7, 9, 11, 12, 14];
  const tilt = between(random, 0.5, 2);
  const wobble = { hz: between(random, 4, 7), depth: random() < 0.5 ? 0 : between(random, 0.003, 0.015) };
  const hasDrum = random() < 0.6;
  const drum = pick(random, SINGLE.slice(3, 6))(random);
  const fall = octaves(random, 80, 900);
  for (let at = samplesOf(LEAD_MS), step = 0; at < out.length; at += beat, step++) {
    const hz = root * 2 ** (pick(random, scale) / 12);
    const ms = ((1 + Math.floor(random() * 3)) * beat * 1000) / RATE;
    if (random() < 0.8)
      add(out, strike(partials(ms, harmonics(random, hz, tilt), 1, wobble), octaves(random, 2, 60), fall), at, 1);
    if (step % 4 === 0) add(out, strike(partials(ms * 2, harmonics(random, root / 2, 1.5)), 10, 500), at, 0.7);
    if (hasDrum && step % 2 === 0) add(out, drum, at, 0.6);
  }
}

/** A clip of sounds without speech: a second of a quiet line, then three of them. */
export function soundClip(random: Random): Clip {
  const out = new Float64Array(samplesOf(LEAD_MS + 3000));
  const isTune = random() < 0.35;
  if (isTune) tune(random, out);
  else scene(random, out);
  let most = 1e-9;
  for (const value of out) most = Math.max(most, Math.abs(value));
  const peak = 32768 * 10 ** ((isTune ? between(random, -32, -12) : between(random, -26, -4)) / 20);
  const audio = Uint8Array.from(out, (value) => encodeMulaw((peak * value) / most + 24 * (random() - 0.5)));
  const end = (out.length * 1000) / RATE;
  return { file: 'made-up', label: 'non', cat: 'made-up', onset: LEAD_MS, end, audio, reference: null };
}
