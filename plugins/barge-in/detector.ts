import { Ear, type EarConfig } from './ear.ts';
import { LevelWindow } from './level-window.ts';
import { Network } from './network.ts';
import { WEIGHTS } from './weights.ts';

/*
 * The figures of the base configuration. Levels are RMS on the linear 16-bit scale (0–32768).
 *
 * BASE_SPEECH_THRESHOLD: what counts as voice at all: −38 dBFS. Active telephone speech lies between −35 and −15 dBFS,
 *   a quiet office line below −50 dBFS.
 * BARGE_IN_SPEECH_THRESHOLD: while the agent speaks its echo comes back on the line, so a little more is asked for.
 * BARGE_IN_MIN_MS: this much speech takes the floor. A frame that is surely speech counts for more than its length, a
 *   doubtful one for less, and one that is surely none is taken off again.
 * WINDOW_MS: RMS is taken over this stretch, so that the gaps between syllables do not count against a word.
 * SUSPICION_MS: this much speech pauses the agent's audio; it plays on from the line's own buffer, so a false alarm of
 *   less than that buffer is not heard.
 */
export const BASE_SPEECH_THRESHOLD = 400;
export const BARGE_IN_SPEECH_THRESHOLD = 1.2 * BASE_SPEECH_THRESHOLD;
export const BARGE_IN_MIN_MS = 250;
export const WINDOW_MS = 100;
export const SUSPICION_MS = 100;

const FRAME_MS = 20;
/** A suspicion is made sure of within this time or given up: the gap it leaves in the agent's words stays small. */
const SUSPICION_LIMIT_MS = 300;
/** The evidence stops growing at this share of what is needed, so that the end of speech is noticed. */
const MOST_EVIDENCE = 1.2;

/** What a detector makes of the caller's audio so far. */
export type Verdict = 'quiet' | 'suspected' | 'speaking';

/** Decides whether the caller clearly speaks. Fed every frame; `reset` when the agent begins or stops speaking. */
export interface SpeechDetector {
  push(frame: {
    readonly at: number;
    /** RMS of the frame, 0–32768. */
    readonly level: number;
    /** The caller's audio: μ-law, 8 kHz, 160 bytes. */
    readonly frame: Uint8Array;
    /**
     * What the line plays of the agent meanwhile, likewise. Silence (0xFF) between its words; null when it does not
     * speak: there is nothing to interrupt then, and after a moment nothing but the noise floor is looked at.
     */
    readonly reference: Uint8Array | null;
  }): Verdict;
  reset(): void;
}

export interface DetectorConfig extends EarConfig {
  /** A sound takes the floor only if its level over WINDOW_MS comes to this, RMS. */
  readonly threshold: number;
  /** Speech that pauses the agent, and that interrupts it, ms. */
  readonly suspectMs: number;
  readonly confirmMs: number;
  /** What a frame counts for one unit of the log odds of speech, ms; within these bounds. */
  readonly msPerOdds: number;
  readonly mostMsPerFrame: number;
  readonly leastMsPerFrame: number;
  /** Log odds that a frame must come to before it counts for speech. */
  readonly doubt: number;
}

/** What a call uses. Found on the tuning part of the corpus: see docs/barge-in.md. */
export const CONFIG: DetectorConfig = {
  gateLevel: 65,
  gateOverFloor: 4,
  gateUnderReference: 0.006,
  gateHoldMs: 300,
  idleAfterMs: 400,
  threshold: BARGE_IN_SPEECH_THRESHOLD,
  suspectMs: SUSPICION_MS,
  confirmMs: BARGE_IN_MIN_MS,
  msPerOdds: 16,
  mostMsPerFrame: 40,
  leastMsPerFrame: -50,
  doubt: 0.5,
};

/** A frame this much softer than the sound's loudest is a gap in it or its end, and adds no evidence: −28 dB. */
const STILL = 0.04;

const clamp = (value: number, low: number, high: number) => (value < low ? low : value > high ? high : value);

/**
 * Tells the caller's speech from noises, music and the agent's own echo. Sounds above the noise floor and the echo are
 * given, frame by frame, to a small network; its odds add up to evidence. Reads no clock; costs little on a quiet line.
 */
export function speechDetector(config: Partial<DetectorConfig> = {}): SpeechDetector {
  const settings = { ...CONFIG, ...config };
  const ear = new Ear(settings);
  const network = new Network(WEIGHTS);
  const window = new LevelWindow(WINDOW_MS / FRAME_MS);
  /** There is a sound, and it was loud enough to be meant for the agent. */
  let isSound = false;
  let isLoud = false;
  let loudest = 0;
  let evidenceMs = 0;
  let verdict: Verdict = 'quiet';
  let suspectedMs = 0;

  const forget = () => {
    network.forget();
    isSound = false;
    isLoud = false;
    loudest = 0;
    evidenceMs = 0;
    verdict = 'quiet';
    suspectedMs = 0;
  };
  return {
    push({ level, frame, reference }) {
      window.push(level);
      if (!ear.push(frame, reference)) {
        if (isSound) forget();
        return verdict;
      }
      isSound = true;
      isLoud ||= window.level >= settings.threshold;
      const odds = network.step(ear.features) - settings.doubt;
      loudest = Math.max(loudest, level);
      const most = level > STILL * loudest ? settings.mostMsPerFrame : 0;
      const gained = clamp(settings.msPerOdds * odds, settings.leastMsPerFrame, most);
      evidenceMs = clamp(evidenceMs + gained, 0, MOST_EVIDENCE * settings.confirmMs);
      if (evidenceMs >= settings.confirmMs && isLoud) {
        verdict = 'speaking';
      } else if (evidenceMs < settings.suspectMs / 2) {
        verdict = 'quiet';
        suspectedMs = 0;
      } else if (verdict === 'suspected' || (verdict === 'quiet' && evidenceMs >= settings.suspectMs)) {
        suspectedMs += FRAME_MS;
        verdict = suspectedMs <= SUSPICION_LIMIT_MS ? 'suspected' : 'quiet';
      }
      return verdict;
    },
    reset() {
      ear.forget();
      forget();
    },
  };
}
