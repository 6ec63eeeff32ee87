import { linear } from './mulaw.ts';

/**
 * The agent's own voice comes back on the line, 20 to 180 ms late and 10 to 40 dB softer. It is known by two things:
 * it is softer than what the line played, and it follows it sample by sample.
 */

/** Correlation is done at 2 kHz: the echo path lets this band through, and the agent's voice is strongest in it. */
const DECIMATION = 4;
const SAMPLES = 160 / DECIMATION;
/** The longest delay looked at: 260 ms, in frames. */
const TAIL_FRAMES = 13;
const LAGS = TAIL_FRAMES * SAMPLES;
const HISTORY = LAGS + SAMPLES;
/** How much of the correlation so far counts in the next frame: about 140 ms. */
const MEMORY = 0.85;
/** Below −66 dBFS a reference is silence. */
const SILENT_POWER = 16.4 ** 2;

/** Softens a frame to 2 kHz and takes the difference of neighbours, into `out` from `offset`. Returns the last sum. */
function soften(frame: Uint8Array, out: Float64Array, offset: number, previous: number): number {
  let last = previous;
  for (let i = 0, at = 0; i < SAMPLES; i++, at += DECIMATION) {
    const sum = linear(frame[at]) + linear(frame[at + 1]) + linear(frame[at + 2]) + linear(frame[at + 3]);
    out[offset + i] = sum - last;
    last = sum;
  }
  return last;
}

export class EchoReference {
  private readonly powers = new Float64Array(TAIL_FRAMES + 1);
  private readonly history = new Float64Array(HISTORY);
  private last = 0;
  private readonly heard = new Float64Array(SAMPLES);
  private readonly products = new Float64Array(LAGS);
  private readonly energies = new Float64Array(LAGS);
  private energy = 0;
  private silentFrames = TAIL_FRAMES;

  /** Takes what the line plays during the frame that is judged next; null is silence. */
  push(reference: Uint8Array | null): void {
    this.powers.copyWithin(1, 0);
    let power = 0;
    if (reference !== null) {
      for (let i = 0; i < 160; i++) power += linear(reference[i]) ** 2;
      power /= 160;
    }
    this.powers[0] = power;
    const isSilent = power < SILENT_POWER;
    if (isSilent && this.silentFrames > TAIL_FRAMES) return;
    this.silentFrames = isSilent ? this.silentFrames + 1 : 0;
    this.history.copyWithin(0, SAMPLES);
    if (reference === null || isSilent) {
      this.history.fill(0, LAGS);
      this.last = 0;
    } else {
      this.last = soften(reference, this.history, LAGS, this.last);
    }
  }

  /** Something that the line played may still come back. */
  get isActive(): boolean {
    return this.silentFrames <= TAIL_FRAMES;
  }

  /** Power of the loudest frame that may now come back. */
  get power(): number {
    let most = 0;
    for (const power of this.powers) if (power > most) most = power;
    return most;
  }

  /** How well the caller's audio of the last frames follows what was played, 0–1: the best of all delays. */
  likeness(frame: Uint8Array): number {
    const { heard, history, products, energies } = this;
    soften(frame, heard, 0, 0);
    heard[0] = 0;
    let energy = 0;
    for (const sample of heard) energy += sample * sample;
    this.energy = MEMORY * this.energy + energy;
    let played = 0;
    for (let i = 0; i < SAMPLES; i++) played += history[i]! ** 2;
    this.correlate();
    let best = 0;
    for (let lag = 0; lag < LAGS; lag++) {
      const sum = products[lag]!;
      const square = MEMORY * energies[lag]! + played;
      energies[lag] = square;
      played += history[lag + SAMPLES]! ** 2 - history[lag]! ** 2;
      const likeness = (sum * sum) / (square * this.energy + 1);
      if (likeness > best) best = likeness;
    }
    return best;
  }

  /** Adds the frame's products with what was played at each delay; four delays at a time, which halves the cost. */
  private correlate(): void {
    const { heard, history, products } = this;
    for (let lag = 0; lag < LAGS; lag += 4) {
      let a = MEMORY * products[lag]!;
      let b = MEMORY * products[lag + 1]!;
      let c = MEMORY * products[lag + 2]!;
      let d = MEMORY * products[lag + 3]!;
      for (let i = 0, at = lag; i < SAMPLES; i++, at++) {
        const sample = heard[i]!;
        a += sample * history[at]!;
        b += sample * history[at + 1]!;
        c += sample * history[at + 2]!;
        d += sample * history[at + 3]!;
      }
      products[lag] = a;
      products[lag + 1] = b;
      products[lag + 2] = c;
      products[lag + 3] = d;
    }
  }

  /** The correlation begins anew. */
  forget(): void {
    this.products.fill(0);
    this.energies.fill(0);
    this.energy = 0;
  }
}
