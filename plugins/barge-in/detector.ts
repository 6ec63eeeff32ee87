/*
 * The figures of the base configuration. Levels are RMS on the linear 16-bit scale (0–32768).
 *
 * BASE_SPEECH_THRESHOLD: what counts as voice at all: −38 dBFS. Active telephone speech lies between −35 and −15 dBFS,
 *   a quiet office line below −50 dBFS.
 * BARGE_IN_SPEECH_THRESHOLD: while the agent speaks its echo comes back on the line, so a little more is asked for.
 * BARGE_IN_MIN_MS: sustained this long: a cough or a knock is over by then, a word is not.
 * WINDOW_MS: RMS is taken over this stretch, so that the gaps between syllables do not reset the count. The window
 *   stays loud for up to 80 ms after a sound, which counts: a short word («רגע», 190 ms of voice) is to be heard, and
 *   a sound of 150 ms is not yet one.
 * SUSPICION_MS: above the threshold this long the agent's audio is paused; it plays on from the line's own buffer, so
 *   a false alarm of less than that buffer is not heard.
 */
export const BASE_SPEECH_THRESHOLD = 400;
export const BARGE_IN_SPEECH_THRESHOLD = 1.2 * BASE_SPEECH_THRESHOLD;
export const BARGE_IN_MIN_MS = 250;
export const WINDOW_MS = 100;
export const SUSPICION_MS = 100;

const FRAME_MS = 20;

/** What a detector makes of the caller's audio so far. */
export type Verdict = 'quiet' | 'suspected' | 'speaking';

/** Decides whether the caller clearly speaks. Fed every frame; `reset` when the agent begins or stops speaking. */
export interface SpeechDetector {
  /** `level`: RMS of the frame, 0–32768. */
  push(frame: { readonly at: number; readonly level: number; readonly frame: Uint8Array }): Verdict;
  reset(): void;
}

/** Energy alone: RMS over a short sliding window, sustained. */
export function energyDetector(): SpeechDetector {
  const frames = WINDOW_MS / FRAME_MS;
  const squares = new Float64Array(frames);
  let next = 0;
  let sum = 0;
  let loudMs = 0;
  return {
    push({ level }) {
      const square = level * level;
      sum += square - (squares[next] as number);
      squares[next] = square;
      next = (next + 1) % frames;
      const isLoud = Math.sqrt(Math.max(0, sum) / frames) >= BARGE_IN_SPEECH_THRESHOLD;
      loudMs = isLoud ? loudMs + FRAME_MS : 0;
      if (loudMs >= BARGE_IN_MIN_MS) return 'speaking';
      return loudMs >= SUSPICION_MS ? 'suspected' : 'quiet';
    },
    reset() {
      squares.fill(0);
      sum = 0;
      loudMs = 0;
    },
  };
}
