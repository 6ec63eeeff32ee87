/**
 * What our own audio proves about the caller's speech, independent of the model's VAD and of transcription,
 * both of which make words up out of silence. Positions are ms of caller audio passed to the model, the
 * measure in which the model reports where speech began and ended.
 */

/**
 * RMS above which a 20 ms frame counts as voice: −41 dBFS. Quiet telephone speech lies near −35 dBFS active
 * level, the hiss of an idle line below −50 dBFS.
 */
export const PROVEN_SPEECH_LEVEL = 300;

/** Less than this in an utterance is a click or a breath, not a word: «כן» spoken quickly voices about 120 ms. */
export const PROVEN_SPEECH_MIN_MS = 80;

/** Stretches kept: far more than one utterance ever has. */
const KEPT_STRETCHES = 64;

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Evidence {
  /** Caller audio passed to the model so far, ms. */
  readonly passedMs: number;
  readonly stretches: readonly Stretch[];
}

export const NO_EVIDENCE: Evidence = { passedMs: 0, stretches: [] };

/** Notes one frame passed to the model. */
export function hear(evidence: Evidence, level: number, durationMs: number): Evidence {
  const fromMs = evidence.passedMs;
  const passedMs = fromMs + durationMs;
  if (level < PROVEN_SPEECH_LEVEL) return { passedMs, stretches: evidence.stretches };
  const last = evidence.stretches.at(-1);
  const stretches =
    last !== undefined && last.toMs === fromMs
      ? [...evidence.stretches.slice(0, -1), { fromMs: last.fromMs, toMs: passedMs }]
      : [...evidence.stretches.slice(1 - KEPT_STRETCHES), { fromMs, toMs: passedMs }];
  return { passedMs, stretches };
}

/** Milliseconds of proven speech between two positions. */
export function provenSpeechMs(evidence: Evidence, fromMs: number, toMs: number): number {
  let proven = 0;
  for (const stretch of evidence.stretches) {
    proven += Math.max(0, Math.min(stretch.toMs, toMs) - Math.max(stretch.fromMs, fromMs));
  }
  return proven;
}
