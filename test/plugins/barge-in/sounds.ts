import { encodeMulaw } from '../../../sandbox/audio/mulaw.ts';
import { randomSource } from '../../../sandbox/audio/random.ts';
import { speechFrames } from '../../../sandbox/audio/speech.ts';
import { rmsLevel } from '../../../voice/audio/mulaw.ts';
import { type DetectorConfig, type Verdict, speechDetector } from '../../../plugins/barge-in/detector.ts';
import { decodeMulaw } from '../../../sandbox/audio/mulaw.ts';

/** Sounds for the detector's tests, as linear samples at 8 kHz. */

const RATE = 8000;
const FRAME = 160;
export const SILENCE = new Uint8Array(FRAME).fill(0xff);

type Sample = (t: number, random: () => number) => number;

/** `ms` of a sound, its peak at `peakDb` (dBFS) when `sample` keeps within −1…1. */
export function sound(ms: number, peakDb: number, sample: Sample): number[] {
  const random = randomSource(7);
  const peak = 32768 * 10 ** (peakDb / 20);
  return Array.from({ length: (ms * RATE) / 1000 }, (_, i) => peak * sample(i / RATE, random));
}

export const tone = (t: number, ...hz: readonly number[]) =>
  hz.reduce((sum, f) => sum + Math.sin(2 * Math.PI * f * t), 0) / hz.length;

/** The words of a text as the sandbox's caller says them, `gain` dB louder. */
export function voice(text: string, gain = 0, who: 'caller' | 'agent' = 'caller'): number[] {
  const frames = speechFrames(text, { voice: who, line: 0 });
  return frames.flatMap((frame) => Array.from(frame, (byte) => 10 ** (gain / 20) * decodeMulaw(byte)));
}

/** Sounds at the same time; as long as the longest. */
export function mix(...parts: readonly (readonly number[])[]): number[] {
  const length = Math.max(...parts.map((part) => part.length));
  return Array.from({ length }, (_, i) => parts.reduce((sum, part) => sum + (part[i] ?? 0), 0));
}

export const silent = (ms: number): number[] => new Array<number>((ms * RATE) / 1000).fill(0);

/** What comes back of the agent's audio: later, softer, and the telephone's band only. */
export function echoOf(samples: readonly number[], delayMs: number, lossDb: number): number[] {
  const delay = (delayMs * RATE) / 1000;
  const gain = 10 ** (-lossDb / 20);
  let low = 0;
  let lower = 0;
  return samples.map((_, i) => {
    low += 0.7 * ((samples[i - delay] ?? 0) - low);
    lower += 0.15 * (low - lower);
    return gain * (low - lower);
  });
}

export function framesOf(samples: readonly number[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let from = 0; from + FRAME <= samples.length; from += FRAME)
    frames.push(Uint8Array.from(samples.slice(from, from + FRAME), encodeMulaw));
  return frames;
}

/** The verdicts on a sound after a second of an idle line, and half a second of it after; one a frame. */
export function verdictsOn(
  samples: readonly number[],
  options: { readonly played?: readonly number[] | null; readonly config?: Partial<DetectorConfig> } = {},
): Verdict[] {
  const detector = speechDetector(options.config);
  const line = sound(1500 + (samples.length * 1000) / RATE, -66, (_, random) => random() * 2 - 1);
  const heard = framesOf(mix(line, [...silent(1000), ...samples]));
  const played = options.played ? framesOf([...silent(1000), ...options.played]) : null;
  const verdicts = heard.map((frame, index) => {
    const reference = options.played === null ? null : (played?.[index] ?? SILENCE);
    return detector.push({ at: index * 20, level: rmsLevel(frame), frame, reference });
  });
  return verdicts.slice(50);
}

/** When the first verdict of this kind was given, ms after the sound began; null for never. */
export function firstAt(verdicts: readonly Verdict[], verdict: Verdict): number | null {
  const index = verdicts.indexOf(verdict);
  return index < 0 ? null : (index + 1) * 20;
}
