import type { SpeechDetector } from '../../plugins/barge-in/detector.ts';
import { decodeMulaw } from '../../sandbox/audio/mulaw.ts';
import type { Clip } from './corpus.ts';

const FRAME = 160;
const FRAME_MS = 20;
/** A firing is one event for so long. */
const EVENT_MS = 1000;
/** So long after the caller's last sound a firing is still about it. */
const GRACE_MS = 200;
/** A silent line, explicitly so: the agent has the word and pauses. */
const SILENCE = new Uint8Array(FRAME).fill(0xff);

/** What the detector made of one clip; times are ms from the clip's beginning, at the end of a frame. */
export interface Outcome {
  readonly clip: Clip;
  readonly firstFire: number | null;
  readonly fires: number;
  /** Fired before the caller said anything. */
  readonly isEarly: boolean;
  /** From the onset to the firing; null when the caller was not heard in time. */
  readonly latencyMs: number | null;
  /** How long each suspicion lasted that nothing came of, ms. */
  readonly suspicions: readonly number[];
}

/** Time spent in the detector. */
export class Cost {
  frames = 0;
  busyMs = 0;
  worstMs = 0;

  measure<T>(work: () => T): T {
    const began = performance.now();
    const result = work();
    const took = performance.now() - began;
    this.frames++;
    this.busyMs += took;
    if (took > this.worstMs) this.worstMs = took;
    return result;
  }
}

/** RMS of a frame, as the call gives it to its plugins. */
export function levelOf(frame: Uint8Array): number {
  let sum = 0;
  for (const byte of frame) sum += decodeMulaw(byte) ** 2;
  return Math.sqrt(sum / frame.length);
}

/** Plays a clip to a fresh detector. A clip of speech ends with the first firing after the onset. */
export function hear(clip: Clip, cost: Cost, detector: SpeechDetector): Outcome {
  let firstFire: number | null = null;
  let secondFire: number | null = null;
  let isEarly = false;
  let fires = 0;
  let quietUntil = -1;
  let suspectedMs = 0;
  const suspicions: number[] = [];
  for (let offset = 0; offset + FRAME <= clip.audio.length; offset += FRAME) {
    const at = (offset / FRAME) * FRAME_MS;
    const frame = clip.audio.subarray(offset, offset + FRAME);
    const reference = clip.reference?.subarray(offset, offset + FRAME) ?? SILENCE;
    const level = levelOf(frame);
    const verdict = cost.measure(() => detector.push({ at, level, frame, reference }));
    // A frame's samples exist only at its end.
    const now = at + FRAME_MS;
    if (verdict === 'suspected') {
      suspectedMs += FRAME_MS;
    } else {
      if (verdict === 'quiet' && suspectedMs > 0) suspicions.push(suspectedMs);
      suspectedMs = 0;
    }
    if (verdict !== 'speaking' || now <= quietUntil) continue;
    fires++;
    quietUntil = now + EVENT_MS;
    if (firstFire === null) {
      firstFire = now;
      isEarly = clip.label === 'speech' && now <= clip.onset;
      if (clip.label === 'speech' && !isEarly) break;
    } else if (isEarly) {
      secondFire = now;
      break;
    }
  }
  const heard = isEarly ? secondFire : firstFire;
  const isInTime = heard !== null && heard > clip.onset && heard <= clip.end + GRACE_MS;
  return {
    clip,
    firstFire,
    fires,
    isEarly,
    latencyMs: clip.label === 'speech' && isInTime ? heard - clip.onset : null,
    suspicions,
  };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));
const share = <T>(items: readonly T[], is: (item: T) => boolean) =>
  round((100 * items.filter(is).length) / items.length, 1);

/** The value below which the share `q` of them lies; null of none. */
export function percentile(values: readonly number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}

function ofSpeech(outcomes: readonly Outcome[]) {
  const latencies = outcomes.flatMap(({ latencyMs }) => latencyMs ?? []);
  return {
    n: outcomes.length,
    'detect%': share(outcomes, ({ latencyMs }) => latencyMs !== null),
    '<=500ms%': share(outcomes, ({ latencyMs }) => latencyMs !== null && latencyMs <= 500),
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    'early%': share(outcomes, ({ isEarly }) => isEarly),
  };
}

function ofOthers(outcomes: readonly Outcome[]) {
  const ms = outcomes.reduce((sum, { clip }) => sum + clip.end, 0);
  return {
    n: outcomes.length,
    'false%': share(outcomes, ({ firstFire }) => firstFire !== null),
    perMin: round((60_000 * outcomes.reduce((sum, { fires }) => sum + fires, 0)) / ms, 2),
  };
}

function groups(outcomes: readonly Outcome[], key: (clip: Clip) => string): [string, Outcome[]][] {
  const found = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const name = key(outcome.clip);
    const group = found.get(name);
    if (group) group.push(outcome);
    else found.set(name, [outcome]);
  }
  return [...found];
}

/** The figures of a run of the detector of that name. `cpuMs` is the processor's time over all frames. */
export function summarise(detector: string, outcomes: readonly Outcome[], cost: Cost, cpuMs: number) {
  const speech = outcomes.filter(({ clip }) => clip.label === 'speech');
  const others = outcomes.filter(({ clip }) => clip.label === 'non');
  const of = (cat: string) => speech.filter(({ clip }) => clip.cat === cat);
  return {
    detector,
    speech: ofSpeech(of('speech')),
    short: ofSpeech(of('speech-short')),
    synth: ofSpeech(of('speech-synth')),
    speechNoVoicesBehind: ofSpeech(of('speech').filter(({ clip }) => clip.bg !== 'babble' && !clip.echo)),
    nonNoVoices: ofOthers(others.filter(({ clip }) => clip.cat !== 'far-voices' && clip.cat !== 'echo')),
    non: ofOthers(others),
    cpuUsPerFrame: round((1000 * cpuMs) / cost.frames, 1),
    wallUsPerFrame: round((1000 * cost.busyMs) / cost.frames, 1),
    worstMs: round(cost.worstMs, 2),
    byCat: Object.fromEntries(groups(others, (clip) => clip.cat).map(([cat, of]) => [cat, ofOthers(of)['false%']])),
    byBg: Object.fromEntries(
      groups(of('speech'), (clip) => clip.bg ?? 'clean').map(([bg, of]) => {
        const line = ofSpeech(of);
        return [bg, `${line['detect%']}% p50 ${line.p50} early ${line['early%']}%`];
      }),
    ),
  };
}

/** What the line still plays after a pause, ms: a suspicion no longer than this is not heard as a gap. */
const BUFFERED_MS = 120;

/** The gaps that sounds without speech tear into the agent's words: share of events, and the longest, ms. */
export function gaps(outcomes: readonly Outcome[]) {
  const others = outcomes.filter(({ clip }) => clip.label === 'non' && clip.cat !== 'far-voices');
  const longest = others.map(({ suspicions }) => Math.max(0, ...suspicions.map((ms) => ms - BUFFERED_MS)));
  return {
    events: others.length,
    'suspected%': share(others, ({ suspicions }) => suspicions.length > 0),
    'audible%': share(longest, (ms) => ms > 0),
    longestMs: Math.max(0, ...longest),
  };
}
