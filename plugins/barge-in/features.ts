import { powerDb } from './mulaw.ts';
import { HANN, WINDOW, autocorrelation, powerSpectrum } from './spectrum.ts';

/**
 * What is looked at in 32 ms of sound to tell speech from everything else. Scaled to about −2…2 each, which is all the
 * network asks for.
 */

const RATE = 8000;
const BIN_HZ = RATE / WINDOW;
const BINS = WINDOW / 2;

/** Borders of the bands, Hz: a telephone line carries 200–3600. Narrow where the formants of vowels are. */
const BAND_EDGES = [60, 170, 280, 390, 510, 640, 790, 960, 1160, 1400, 1680, 2010, 2400, 2860, 3300, 3800];
const BAND_BINS = BAND_EDGES.map((hz) => Math.round(hz / BIN_HZ));
const BANDS = BAND_EDGES.length - 1;

/** A voice's pitch: 70–420 Hz, as lags. */
const SHORTEST_LAG = 19;
const LONGEST_LAG = 114;
const BLOCK = 16;
const BLOCKS = WINDOW / BLOCK;

/** Level, level over the floor, over the agent's audio, likeness to it; bands; pitch (3); line shape (3); blocks (2). */
export const FEATURES = 4 + BANDS + 3 + 3 + 2;

/** The Hann window's own autocorrelation, which a lag's value is divided by. */
const WINDOW_LAGS = Float64Array.from({ length: BINS + 1 }, (_, lag) => {
  let sum = 0;
  let all = 0;
  for (let i = 0; i < WINDOW; i++) {
    all += HANN[i]! ** 2;
    if (i + lag < WINDOW) sum += HANN[i]! * HANN[i + lag]!;
  }
  return sum / all;
});

const windowed = new Float64Array(WINDOW);
const power = new Float64Array(BINS + 1);
const lags = new Float64Array(BINS + 1);
const blocks = new Float64Array(BLOCKS);
const bands = new Float64Array(BANDS);

/** What is known of a frame beside its samples. Powers are of linear samples. */
export interface FrameFacts {
  readonly power: number;
  /** Of the difference of neighbouring samples, as the floor is. */
  readonly emphasised: number;
  readonly floor: number;
  /** Of the loudest of the agent's frames that may come back now; 0 for none. */
  readonly reference: number;
  /** 0–1. */
  readonly likeness: number;
}

const clamp = (value: number, low: number, high: number) => (value < low ? low : value > high ? high : value);

export class FeatureExtractor {
  private readonly before = new Float64Array(BINS + 1);
  private pitch = 0;

  /** Features of the 256 linear samples that end with the frame, into `out`. */
  extract(samples: Float64Array, facts: FrameFacts, out: Float64Array): void {
    for (let i = 0; i < WINDOW; i++) windowed[i] = samples[i]! * HANN[i]!;
    powerSpectrum(windowed, power);
    let at = 0;
    out[at++] = (powerDb(facts.power) + 35) / 15;
    out[at++] = clamp((powerDb(facts.emphasised) - powerDb(facts.floor)) / 15 - 1, -1.5, 2);
    out[at++] = facts.reference === 0 ? 2 : clamp((powerDb(facts.power) - powerDb(facts.reference)) / 10 + 1, -2, 2);
    out[at++] = 2 * facts.likeness;
    at = this.bands(out, at);
    at = this.voicing(out, at);
    at = this.lines(out, at);
    FeatureExtractor.envelope(samples, out, at);
  }

  /** What went before no longer counts. */
  forget(): void {
    this.before.fill(0);
    this.pitch = 0;
  }

  /** The shape of the spectrum: each band against their mean, which leaves the level out. */
  private bands(out: Float64Array, from: number): number {
    let mean = 0;
    for (let band = 0; band < BANDS; band++) {
      const end = BAND_BINS[band + 1]!;
      let sum = 0;
      for (let bin = BAND_BINS[band]!; bin < end; bin++) sum += power[bin]!;
      const level = Math.log10(sum / (end - BAND_BINS[band]!) + 1e4);
      bands[band] = level;
      mean += level / BANDS;
    }
    for (let band = 0; band < BANDS; band++) out[from + band] = clamp(bands[band]! - mean, -2.5, 2.5);
    return from + BANDS;
  }

  /** How periodic the sound is, at which pitch, and how far the pitch moved: a voice glides, an instrument steps. */
  private voicing(out: Float64Array, from: number): number {
    autocorrelation(power, lags);
    const whole = lags[0]! + 1;
    let best = 0;
    let bestLag = 0;
    for (let lag = SHORTEST_LAG; lag <= LONGEST_LAG; lag++) {
      const value = lags[lag]!;
      if (value < lags[lag - 1]! || value < lags[lag + 1]!) continue;
      // A lag twice the pitch's is as good; the shorter one is meant.
      const strength = value / (whole * WINDOW_LAGS[lag]!) - 0.0008 * lag;
      if (strength > best) {
        best = strength;
        bestLag = lag;
      }
    }
    const pitch = bestLag === 0 ? 0 : Math.log2(RATE / bestLag / 170);
    const moved = bestLag === 0 || this.pitch === 0 ? 0 : Math.abs(pitch - this.pitch);
    this.pitch = pitch;
    out[from] = clamp(2 * best - 1, -1, 1.2);
    out[from + 1] = best > 0.3 ? pitch : 0;
    out[from + 2] = best > 0.3 ? clamp(4 * moved, 0, 2) : 0;
    return from + 3;
  }

  /** Steady lines are tones and music: how alike two neighbouring spectra are, how flat, and the strongest line. */
  private lines(out: Float64Array, from: number): number {
    const { before } = this;
    let product = 0;
    let own = 0;
    let other = 0;
    let most = 0;
    let sum = 0;
    let logs = 0;
    let run = 1;
    for (let bin = 5; bin < 117; bin++) {
      const value = power[bin]! + 1e3;
      const root = Math.sqrt(value);
      product += root * before[bin]!;
      own += value;
      other += before[bin]! ** 2;
      before[bin] = root;
      sum += value;
      if (value > most) most = value;
      run *= value;
      // Seven at a time: a logarithm costs more than the rest of the loop.
      if (bin % 7 === 4) {
        logs += Math.log10(run);
        run = 1;
      }
    }
    const mean = sum / 112;
    out[from] = other === 0 ? 0 : 4 * (product / Math.sqrt(own * other)) - 3;
    out[from + 1] = clamp(logs / 112 - Math.log10(mean) + 1, -2, 2);
    out[from + 2] = Math.log10(most / mean) - 1;
    return from + 3;
  }

  /** The course of the level within the window: a knock or a key is one sharp rise, a voice is never still or sudden. */
  private static envelope(samples: Float64Array, out: Float64Array, from: number): void {
    let all = 1;
    let most = 0;
    let least = Infinity;
    for (let block = 0; block < BLOCKS; block++) {
      let sum = 0;
      for (let i = block * BLOCK; i < (block + 1) * BLOCK; i++) sum += samples[i]! ** 2;
      blocks[block] = sum;
      all += sum;
      if (sum > most) most = sum;
      if (sum < least) least = sum;
    }
    out[from] = clamp(2 * Math.log10((most * BLOCKS) / all + 0.01) - 1, -2, 2);
    out[from + 1] = clamp(Math.log10((least * BLOCKS) / all + 0.001) + 1.5, -2, 2);
  }
}
