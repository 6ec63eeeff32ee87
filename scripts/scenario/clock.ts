import type { SessionClock } from '../../voice/session/session.ts';

/** The time a call is played in. */
export interface CallClock extends SessionClock {
  /** Waits for `work` that is done outside of this time; on a virtual clock no time passes meanwhile. */
  outside<T>(work: Promise<T>): Promise<T>;
}

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

/** Ticks a millisecond, a power of two: sums and differences of times are exact, so that a timer never fires a hair early. */
const TICKS = 1024;
const onGrid = (ms: number) => Math.ceil(ms * TICKS) / TICKS;

/** Microtask turns after which whatever hangs on settled promises has happened. */
const TURNS = 12;

/** A clock that jumps from one thing that is due to the next, and waits for real work (a webhook) without time passing. */
export class VirtualClock implements CallClock {
  #now = 0;
  #order = 0;
  #working = 0;
  /** Sorted: the next one last. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueAt: onGrid(this.#now + Math.max(0, delayMs)), order: this.#order++, run };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#timers[middle] as Timer).dueAt > timer.dueAt) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Time stands still until `work`, which runs outside of it, is done. */
  async outside<T>(work: Promise<T>): Promise<T> {
    this.#working++;
    try {
      return await work;
    } finally {
      this.#working--;
    }
  }

  /** Runs until `isOver`, until nothing is due any more, or until `limitMs`. Returns what of the three it was. */
  async run(isOver: () => boolean, limitMs: number): Promise<'over' | 'idle' | 'limit'> {
    for (;;) {
      await this.#settle();
      if (isOver()) return 'over';
      const next = this.#timers.pop();
      if (next === undefined) return 'idle';
      if (next.dueAt > limitMs) return 'limit';
      this.#now = Math.max(this.#now, next.dueAt);
      next.run();
    }
  }

  async #settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
    while (this.#working > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
    }
  }
}

/** The same time, with the timers of one party counted: what it leaves behind can be told. */
export class CountedClock implements SessionClock {
  readonly #clock: SessionClock;
  pending = 0;

  constructor(clock: SessionClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, run: () => void): () => void {
    let open = true;
    const close = () => {
      if (open) this.pending--;
      open = false;
    };
    this.pending++;
    const cancel = this.#clock.after(delayMs, () => {
      close();
      run();
    });
    return () => {
      close();
      cancel();
    };
  }
}
