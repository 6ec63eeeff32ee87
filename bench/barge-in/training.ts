import type { Weights } from '../../plugins/barge-in/network.ts';

/** A stretch of frames that were looked at one after another. */
export interface Stretch {
  /** Features, frame by frame. */
  readonly features: Float32Array;
  /** Of each frame: 1 the caller speaks, 0 it does not, −1 undecided (an onset, a last breath): not learnt from. */
  readonly labels: Int8Array;
  readonly weight: number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const DECAY_1 = 0.9;
const DECAY_2 = 0.999;

/** Back-propagation through time for the network of `plugins/barge-in/network.ts`, with Adam. */
export class Trainer {
  private readonly parameters: Float64Array;
  private readonly gradient: Float64Array;
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly best: Float64Array;
  private averaged = 0;
  private steps = 0;
  private readonly inputs: number;
  private readonly units: number;
  /** Where each group of parameters begins: input weights, recurrent weights, bias, output. */
  private readonly at: { readonly u: number; readonly b: number; readonly o: number; readonly end: number };
  private tape = new Float64Array(0);

  constructor(inputs: number, units: number, random: () => number) {
    this.inputs = inputs;
    this.units = units;
    const u = 3 * units * inputs;
    const b = u + 3 * units * units;
    const o = b + 3 * units;
    this.at = { u, b, o, end: o + units + 1 };
    this.parameters = Float64Array.from({ length: this.at.end }, (_, i) => {
      const fan = i < u ? inputs : i < b ? units : i < o ? Infinity : units;
      return ((random() * 2 - 1) * Math.sqrt(3)) / Math.sqrt(fan) / 1.5;
    });
    this.parameters[this.at.end - 1] = -1;
    this.gradient = new Float64Array(this.at.end);
    this.first = new Float64Array(this.at.end);
    this.second = new Float64Array(this.at.end);
    this.best = new Float64Array(this.at.end);
  }

  /** Learns from one stretch: adds to the gradient, returns the loss and the weight of its frames. */
  learn({ features, labels, weight }: Stretch): { readonly loss: number; readonly frames: number } {
    const { inputs, units, parameters: p, gradient: g, at } = this;
    const length = labels.length;
    // Of each frame: update, reset, candidate, recurrent part of the candidate, state after.
    const row = 5 * units;
    if (this.tape.length < length * row) this.tape = new Float64Array(length * row);
    const { tape } = this;
    const odds = new Float64Array(length);
    const zero = new Float64Array(units);
    for (let t = 0; t < length; t++) {
      const base = t * row;
      const before = t === 0 ? zero : tape.subarray(base - units, base);
      const x = features.subarray(t * inputs, (t + 1) * inputs);
      let odd = p[at.o + units]!;
      for (let k = 0; k < units; k++) {
        const z = sigmoid(this.row(k, x, before));
        const r = sigmoid(this.row(units + k, x, before));
        const q = this.recurrent(2 * units + k, before);
        const n = Math.tanh(this.input(2 * units + k, x) + r * q);
        const h = n + z * (before[k]! - n);
        tape[base + k] = z;
        tape[base + units + k] = r;
        tape[base + 2 * units + k] = n;
        tape[base + 3 * units + k] = q;
        tape[base + 4 * units + k] = h;
        odd += p[at.o + k]! * h;
      }
      odds[t] = odd;
    }
    let loss = 0;
    let frames = 0;
    let next = new Float64Array(units);
    for (let t = length - 1; t >= 0; t--) {
      const label = labels[t]!;
      const base = t * row;
      const before = t === 0 ? zero : tape.subarray(base - units, base);
      const x = features.subarray(t * inputs, (t + 1) * inputs);
      let slope = 0;
      if (label >= 0) {
        const chance = sigmoid(odds[t]!);
        slope = weight * (chance - label);
        loss -= weight * Math.log(Math.max(1e-9, label === 1 ? chance : 1 - chance));
        frames += weight;
      }
      g[at.o + units] = g[at.o + units]! + slope;
      const earlier = new Float64Array(units);
      for (let k = 0; k < units; k++) {
        const z = tape[base + k]!;
        const r = tape[base + units + k]!;
        const n = tape[base + 2 * units + k]!;
        const q = tape[base + 3 * units + k]!;
        const h = tape[base + 4 * units + k]!;
        g[at.o + k] = g[at.o + k]! + slope * h;
        const dh = next[k]! + slope * p[at.o + k]!;
        const dn = dh * (1 - z) * (1 - n * n);
        earlier[k] = earlier[k]! + dh * z;
        this.back(k, dh * (before[k]! - n) * z * (1 - z), x, before, earlier);
        this.back(units + k, dn * q * r * (1 - r), x, before, earlier);
        this.backInput(2 * units + k, dn, x);
        this.backRecurrent(2 * units + k, dn * r, before, earlier);
      }
      next = earlier;
    }
    return { loss, frames };
  }

  /** Takes a step against the gradient gathered over `frames`. */
  step(rate: number, frames: number): void {
    const { parameters, gradient, first, second, best } = this;
    this.steps++;
    const scale = 1 / Math.max(1, frames);
    let norm = 0;
    for (const slope of gradient) norm += (slope * scale) ** 2;
    const clip = scale * Math.min(1, 1 / Math.sqrt(norm));
    const correct = Math.sqrt(1 - DECAY_2 ** this.steps) / (1 - DECAY_1 ** this.steps);
    for (let i = 0; i < parameters.length; i++) {
      const slope = gradient[i]! * clip;
      first[i] = DECAY_1 * first[i]! + (1 - DECAY_1) * slope;
      second[i] = DECAY_2 * second[i]! + (1 - DECAY_2) * slope * slope;
      parameters[i] = parameters[i]! - (rate * correct * first[i]!) / (Math.sqrt(second[i]!) + 1e-8);
    }
    gradient.fill(0);
    // The mean of the last steps generalises better than the last of them.
    this.averaged = Math.min(this.averaged + 1, 400);
    for (let i = 0; i < parameters.length; i++) best[i] = best[i]! + (parameters[i]! - best[i]!) / this.averaged;
  }

  /** The network as it stands. */
  weights(): Weights {
    const { best, at, inputs, units } = this;
    return {
      inputs,
      units,
      input: Float64Array.from(best.subarray(0, at.u)),
      recurrent: Float64Array.from(best.subarray(at.u, at.b)),
      bias: Float64Array.from(best.subarray(at.b, at.o)),
      output: Float64Array.from(best.subarray(at.o)),
    };
  }

  private input(row: number, x: Float32Array): number {
    const { parameters: p, inputs, at } = this;
    let sum = p[at.b + row]!;
    for (let i = 0, w = row * inputs; i < inputs; i++, w++) sum += p[w]! * x[i]!;
    return sum;
  }

  private recurrent(row: number, before: Float64Array): number {
    const { parameters: p, units, at } = this;
    let sum = 0;
    for (let i = 0, w = at.u + row * units; i < units; i++, w++) sum += p[w]! * before[i]!;
    return sum;
  }

  private row(row: number, x: Float32Array, before: Float64Array): number {
    return this.input(row, x) + this.recurrent(row, before);
  }

  private backInput(row: number, slope: number, x: Float32Array): void {
    const { gradient: g, inputs, at } = this;
    g[at.b + row] = g[at.b + row]! + slope;
    for (let i = 0, w = row * inputs; i < inputs; i++, w++) g[w] = g[w]! + slope * x[i]!;
  }

  private backRecurrent(row: number, slope: number, before: Float64Array, earlier: Float64Array): void {
    const { gradient: g, parameters: p, units, at } = this;
    for (let i = 0, w = at.u + row * units; i < units; i++, w++) {
      g[w] = g[w]! + slope * before[i]!;
      earlier[i] = earlier[i]! + slope * p[w]!;
    }
  }

  private back(row: number, slope: number, x: Float32Array, before: Float64Array, earlier: Float64Array): void {
    this.backInput(row, slope, x);
    this.backRecurrent(row, slope, before, earlier);
  }
}
