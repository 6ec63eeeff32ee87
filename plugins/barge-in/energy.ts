import {
  BARGE_IN_MIN_MS,
  BARGE_IN_SPEECH_THRESHOLD,
  SUSPICION_MS,
  type SpeechDetector,
  WINDOW_MS,
} from './detector.ts';
import { LevelWindow } from './level-window.ts';

const FRAME_MS = 20;

/**
 * Energy alone, at the same thresholds: what the detector is measured against. Any sound is speech to it that is loud
 * for long enough.
 */
export function energyDetector(): SpeechDetector {
  const window = new LevelWindow(WINDOW_MS / FRAME_MS);
  let loudMs = 0;
  return {
    push({ level }) {
      window.push(level);
      loudMs = window.level >= BARGE_IN_SPEECH_THRESHOLD ? loudMs + FRAME_MS : 0;
      if (loudMs >= BARGE_IN_MIN_MS) return 'speaking';
      return loudMs >= SUSPICION_MS ? 'suspected' : 'quiet';
    },
    reset() {
      window.forget();
      loudMs = 0;
    },
  };
}
