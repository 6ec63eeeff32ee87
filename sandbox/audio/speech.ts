import { encodeMulaw } from './mulaw.ts';
import { hashText, randomSource } from './random.ts';
import { FRAME_MS, frameCount, wordSpans } from './timing.ts';
import type { WordSpan } from './timing.ts';
import { FRAME_BYTES, SILENCE_BYTE, stamp } from './watermark.ts';

/** Whose timbre a line is spoken in. */
export type Voice = 'caller' | 'agent';

interface Timbre {
  /** Fundamental frequency, Hz. */
  readonly pitch: number;
  /** Vocal tract length relative to an average man: scales the formants. */
  readonly tract: number;
  /** Active speech level, dBFS: RMS over the voiced words, pauses left out. */
  readonly levelDb: number;
}

const TIMBRES: Record<Voice, Timbre> = {
  caller: { pitch: 185, tract: 1.15, levelDb: -24 },
  agent: { pitch: 112, tract: 0.97, levelDb: -21 },
};

/** First two formants (Hz) of the five Hebrew vowels a e i o u. */
const VOWELS: readonly (readonly [number, number])[] = [
  [700, 1250],
  [480, 1800],
  [300, 2200],
  [470, 900],
  [330, 780],
];
const RATE = 8000;
const SAMPLES_PER_FRAME = (RATE * FRAME_MS) / 1000;
/** The 12 frame bits of the watermark; a frame beyond stays without one. */
const LAST_MARKED_FRAME = 0xfff;

/** A two-pole resonator. */
function resonator(frequency: number, bandwidth: number): (input: number) => number {
  const radius = Math.exp((-Math.PI * bandwidth) / RATE);
  const a1 = 2 * radius * Math.cos((2 * Math.PI * frequency) / RATE);
  const a2 = -radius * radius;
  let y1 = 0;
  let y2 = 0;
  return (input) => {
    const y = (1 - radius) * input + a1 * y1 + a2 * y2;
    y2 = y1;
    y1 = y;
    return y;
  };
}

/** Scales samples `from`…`to` to an RMS of `rms`. */
function scale(samples: Float32Array, from: number, to: number, rms: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] ?? 0) ** 2;
  const gain = rms / (Math.sqrt(sum / Math.max(1, to - from)) || 1);
  for (let i = from; i < to; i++) samples[i] = (samples[i] ?? 0) * gain;
}

/** One word: syllables of a short consonant and a vowel, each with its own rise and fall. */
function speakWord(out: Float32Array, span: WordSpan, timbre: Timbre, seed: number): void {
  const random = randomSource(seed ^ hashText(span.word));
  const from = span.start * SAMPLES_PER_FRAME;
  const length = (span.end - span.start) * SAMPLES_PER_FRAME;
  const syllables = Math.max(1, Math.round(length / (RATE * 0.15)));
  const perSyllable = length / syllables;
  let phase = 0;
  for (let syllable = 0; syllable < syllables; syllable++) {
    const [f1, f2] = VOWELS[Math.floor(random() * VOWELS.length)] ?? [500, 1500];
    const first = resonator(f1 * timbre.tract, 90);
    const second = resonator(f2 * timbre.tract, 120);
    const third = resonator(2600 * timbre.tract, 180);
    const fricative = random() < 0.45;
    const consonant = 0.18 + random() * 0.12;
    const begin = Math.floor(syllable * perSyllable);
    const end = Math.floor((syllable + 1) * perSyllable);
    for (let i = begin; i < end; i++) {
      const inSyllable = (i - begin) / (end - begin);
      const pitch = timbre.pitch * (1.06 - (0.14 * i) / length + 0.02 * Math.sin(i / 700));
      phase += pitch / RATE;
      phase -= Math.floor(phase);
      const pulse = phase < 0.12 ? 1 : -0.14;
      const breath = (random() - 0.5) * (inSyllable < consonant && fricative ? 1.6 : 0.12);
      const voiced = inSyllable < consonant ? 0.35 : 1;
      const source = pulse * voiced + breath;
      const shape = 0.35 + 0.65 * Math.sin(Math.PI * Math.min(1, 0.12 + inSyllable * 0.88));
      out[from + i] = shape * (1.6 * first(source) + 1.1 * second(source) + 0.5 * third(source) + 0.05 * source);
    }
    scale(out, from + begin, from + end, 0.85 + random() * 0.3);
  }
}

function synthesise(text: string, voice: Voice): Uint8Array {
  const timbre = TIMBRES[voice];
  const spans = wordSpans(text);
  const samples = new Float32Array(frameCount(text) * SAMPLES_PER_FRAME);
  const seed = hashText(text);
  for (const span of spans) speakWord(samples, span, timbre, seed + span.start);
  const full = 32768 * 10 ** (timbre.levelDb / 20);
  const mulaw = new Uint8Array(samples.length).fill(SILENCE_BYTE);
  for (const { start, end } of spans) {
    scale(samples, start * SAMPLES_PER_FRAME, end * SAMPLES_PER_FRAME, full);
    for (let i = start * SAMPLES_PER_FRAME; i < end * SAMPLES_PER_FRAME; i++) mulaw[i] = encodeMulaw(samples[i] ?? 0);
  }
  return mulaw;
}

const CACHE_SIZE = 128;
const cache = new Map<string, Uint8Array>();

/** The same few lines are spoken in many calls at once: keep the last ones. */
function spoken(text: string, voice: Voice): Uint8Array {
  const key = `${voice}:${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const mulaw = synthesise(text, voice);
  const oldest = cache.keys().next();
  if (cache.size >= CACHE_SIZE && oldest.done !== true) cache.delete(oldest.value);
  cache.set(key, mulaw);
  return mulaw;
}

/**
 * Speech-like audio of a text: 20 ms frames of 160 bytes μ-law at 8 kHz, each stamped with the watermark of `line`.
 * The same text, voice and line give the same bytes. No words can be understood in it; level, rhythm and pauses are
 * those of speech. The frames are the caller's to keep.
 */
export function speechFrames(text: string, options: { readonly voice: Voice; readonly line: number }): Uint8Array[] {
  const mulaw = spoken(text, options.voice);
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < mulaw.length; offset += FRAME_BYTES) {
    const bytes = mulaw.slice(offset, offset + FRAME_BYTES);
    const frame = frames.length;
    frames.push(frame > LAST_MARKED_FRAME ? bytes : stamp(bytes, { line: options.line, frame }));
  }
  return frames;
}
