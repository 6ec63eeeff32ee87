import type { CallClock } from '../clock.ts';

/** Real time, counted from the ring. Whatever was to happen and has not is forgotten with {@link close}. */
export class RealClock implements CallClock {
  readonly #startedAt = performance.now();
  readonly #timers = new Set<NodeJS.Timeout>();

  now(): number {
    return performance.now() - this.#startedAt;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        run();
      },
      Math.max(0, delayMs),
    );
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  outside<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
