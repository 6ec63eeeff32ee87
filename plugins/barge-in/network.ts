/** A trained network: one layer of gated recurrent units and one output. Row-major, linear units. */
export interface Weights {
  readonly inputs: number;
  readonly units: number;
  /** 3·units rows (update, reset, candidate) of `inputs`. */
  readonly input: Float64Array;
  /** 3·units rows of `units`. */
  readonly recurrent: Float64Array;
  /** 3·units. */
  readonly bias: Float64Array;
  /** `units`, and the bias last. */
  readonly output: Float64Array;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Runs a network frame by frame. */
export class Network {
  private readonly state: Float64Array;
  private readonly sums: Float64Array;
  private readonly weights: Weights;

  constructor(weights: Weights) {
    this.weights = weights;
    this.state = new Float64Array(weights.units);
    this.sums = new Float64Array(4 * weights.units);
  }

  /** Takes the next frame's features; the answer is the log odds that the caller speaks. */
  step(features: Float64Array): number {
    const { inputs, units, input, recurrent, bias, output } = this.weights;
    const { state, sums } = this;
    const candidate = 2 * units;
    // The candidate's recurrent part is kept apart: the reset gate goes over it.
    for (let row = 0; row < 3 * units; row++) {
      let own = bias[row]!;
      for (let i = 0, at = row * inputs; i < inputs; i++, at++) own += input[at]! * features[i]!;
      let kept = 0;
      for (let i = 0, at = row * units; i < units; i++, at++) kept += recurrent[at]! * state[i]!;
      if (row < candidate) {
        sums[row] = own + kept;
      } else {
        sums[row] = own;
        sums[row + units] = kept;
      }
    }
    let odds = output[units]!;
    for (let unit = 0; unit < units; unit++) {
      const update = sigmoid(sums[unit]!);
      const reset = sigmoid(sums[units + unit]!);
      const next = Math.tanh(sums[candidate + unit]! + reset * sums[candidate + units + unit]!);
      state[unit] = next + update * (state[unit]! - next);
      odds += output[unit]! * state[unit]!;
    }
    return odds;
  }

  forget(): void {
    this.state.fill(0);
  }
}

/** Numbers that were written as 16 bits each, least significant byte first, in lines of base64; times `scale`. */
export function unpack(scale: number, lines: readonly string[]): Float64Array {
  const bytes = atob(lines.join(''));
  return Float64Array.from({ length: bytes.length / 2 }, (_, i) => {
    const word = bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
    return ((word << 16) >> 16) * scale;
  });
}
