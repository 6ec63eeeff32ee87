/** Collects durations and gives percentiles. */
export class Histogram {
  readonly #values: number[] = [];

  add(ms: number): void {
    this.#values.push(ms);
  }

  get count(): number {
    return this.#values.length;
  }

  /** The value below which this share (0–1) of all lie, ms to two digits; null when there is none. */
  percentile(share: number): number | null {
    if (this.#values.length === 0) return null;
    const sorted = this.#values.toSorted((a, b) => a - b);
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
    return Math.round(value * 100) / 100;
  }

  summary(): {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    readonly n: number;
  } {
    return { p50: this.percentile(0.5), p95: this.percentile(0.95), p99: this.percentile(0.99), n: this.count };
  }
}
