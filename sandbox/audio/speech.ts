import { encodeMulaw } from './mulaw.ts';
import { hashText } from './random.ts';
import { FRAME_MS, frameCount, wordSpans } from './timing.ts';
import { type Speaker, speakWord } from './vocal-tract.ts';
import { FRAME_BYTES, SILENCE_BYTE, stamp } from './watermark.ts';

/** Whose timbre a line is spoken in. */
export type Voice = 'caller' | 'agent';

interface Timbre extends Speaker {
  /** Active speech level, dBFS: RMS over the voiced words, pauses left out. */
  readonly levelDb: number;
}

const TIMBRES: Record<Voice, Timbre> = {
  caller: { pitch: 185, tract: 1.15, levelDb: -24 },
  agent: { pitch: 112, tract: 0.97, levelDb: -21 },
};

const RATE = 8000;
const SAMPLES_PER_FRAME = (RATE * FRAME_MS) / 1000;
/** The 12 frame bits of the watermark; a frame beyond stays without one. */
const LAST_MARKED_FRAME = 0xfff;

/** Scales samples `from`…`to` to an RMS of `rms`. */
function scale(samples: Float32Array, from: number, to: number, rms: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += (samples[i] ?? 0) ** 2;
  const gain = rms / (Math.sqrt(sum / Math.max(1, to - from)) || 1);
  for (let i = from; i < to; i++) samples[i] = (samples[i] ?? 0) * gain;
}

function synthesise(text: string, voice: Voice): Uint8Array {
  const timbre = TIMBRES[voice];
  const spans = wordSpans(text);
  const samples = new Float32Array(frameCount(text) * SAMPLES_PER_FRAME);
  const seed = hashText(text);
  for (const { word, start, end } of spans) {
    const wordSeed = (seed + start) ^ hashText(word);
    speakWord(samples, start * SAMPLES_PER_FRAME, (end - start) * SAMPLES_PER_FRAME, timbre, wordSeed);
  }
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
