import { EchoReference } from './echo.ts';
import { FEATURES, FeatureExtractor } from './features.ts';
import { linear } from './mulaw.ts';
import { NoiseFloor } from './noise-floor.ts';
import { WINDOW } from './spectrum.ts';

const FRAME = 160;
const FRAME_MS = 20;
const OVERLAP = WINDOW - FRAME;
/** Share of the sample before that is taken off each: hum and rumble weigh less, voices stand out. */
const EMPHASIS = 0.9;

/** A sound that follows the agent's audio this well, for so many frames on end, is its echo: two voices do by chance. */
const SURELY_ECHO = 0.7;
const SURELY_FRAMES = 6;
/** The echo may come back this much louder than it was ever heard, as a factor of power, before it is looked at. */
const ECHO_MARGIN = 2;
/** What is learnt of the echo fades by half in seventy seconds. */
const COUPLING_DECAY = 0.9998;
/** An echo louder than this, −10 dB, is left to the network: the caller may be as loud. */
const MOST_COUPLING = 0.1;

export interface EarConfig {
  /** Below this level (RMS after the emphasis, 0–32768) nothing is looked at. */
  readonly gateLevel: number;
  /** Nor what is not this many times above the floor's power. */
  readonly gateOverFloor: number;
  /** Nor what is softer than the agent's own audio by this factor of power: no line echoes less. */
  readonly gateUnderReference: number;
  /** Once something was, everything is for this long, ms. */
  readonly gateHoldMs: number;
  /** Nothing is looked at when the agent has not spoken for this long, ms. */
  readonly idleAfterMs: number;
}

/**
 * Listens to the caller's line. Cheap while there is nothing to hear: the features of a frame are worked out only when
 * it stands above the floor and above the agent's echo, and for a moment after.
 */
export class Ear {
  /** Of the last frame that was looked at. */
  readonly features = new Float64Array(FEATURES);
  private readonly config: EarConfig;
  private readonly floor = new NoiseFloor();
  private readonly echo = new EchoReference();
  private readonly extractor = new FeatureExtractor();
  private readonly samples = new Float64Array(WINDOW);
  private open = 0;
  private idleMs = 0;
  /** The loudest that the agent came back, as a share of the power played. */
  private coupling = 0;
  /** Frames on end that were surely the agent's echo. */
  private echoed = 0;

  constructor(config: EarConfig) {
    this.config = config;
  }

  /** Takes a frame, and what the line played during it. True when `features` are of it; false: nothing to hear. */
  push(frame: Uint8Array, reference: Uint8Array | null): boolean {
    const { samples, floor, echo, config } = this;
    samples.copyWithin(0, FRAME);
    let last = samples[OVERLAP - 1]!;
    let power = 0;
    let emphasised = 0;
    for (let i = 0; i < FRAME; i++) {
      const sample = linear(frame[i]);
      const difference = sample - EMPHASIS * last;
      power += sample * sample;
      emphasised += difference * difference;
      samples[OVERLAP + i] = sample;
      last = sample;
    }
    power /= FRAME;
    emphasised /= FRAME;
    echo.push(reference);
    const known = floor.power;
    floor.push(emphasised);
    this.coupling *= COUPLING_DECAY;
    this.idleMs = reference === null ? this.idleMs + FRAME_MS : 0;
    const played = echo.isActive ? echo.power : 0;
    if (
      this.idleMs <= config.idleAfterMs &&
      emphasised > config.gateLevel ** 2 &&
      emphasised > known * config.gateOverFloor &&
      power > played * Math.max(config.gateUnderReference, this.coupling * ECHO_MARGIN)
    ) {
      this.open = config.gateHoldMs / FRAME_MS;
    } else {
      if (this.open === 0) return false;
      this.open--;
      if (this.open === 0) {
        this.forget();
        return false;
      }
    }
    const likeness = echo.isActive ? echo.likeness(frame) : 0;
    this.learnEcho(likeness, power / played);
    this.extractor.extract(samples, { power, emphasised, floor: known, reference: played, likeness }, this.features);
    return true;
  }

  private learnEcho(likeness: number, ratio: number): void {
    this.echoed = likeness > SURELY_ECHO ? this.echoed + 1 : 0;
    if (this.echoed >= SURELY_FRAMES && ratio < MOST_COUPLING) this.coupling = Math.max(this.coupling, ratio);
  }

  /** What was heard so far no longer counts; the floor and the agent's audio are kept. */
  forget(): void {
    this.open = 0;
    this.echoed = 0;
    this.extractor.forget();
    this.echo.forget();
  }
}
