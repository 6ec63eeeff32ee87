import type { SessionClock } from '../../../voice/session/session.ts';

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. Timers fire in the order in which they are due. */
export class VirtualClock implements SessionClock {
  #now = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), order: this.#order++, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Timers that have neither fired nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time on by `ms`; whatever is due on the way happens at its own time, promises included. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settlePromises();
    for (let next = this.#next(end); next !== null; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.dueAt);
      next.run();
      await settlePromises();
    }
    this.#now = end;
  }

  #next(end: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueAt > end) continue;
      if (next === null || timer.dueAt < next.dueAt || (timer.dueAt === next.dueAt && timer.order < next.order))
        next = timer;
    }
    return next;
  }
}

/** Lets every promise that can settle now do so, with what hangs on it. */
export async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
