/** Does what is due at `now` and says when it wants to be called again (ms; Infinity: not by itself). */
export type Pump = (now: number) => number;

/** A pump's place in the ticker. */
export interface TickerHandle {
  /** Asks for a call at `at`, when that is earlier than what the pump itself asked for. */
  wakeAt(at: number): void;
  remove(): void;
}

/** With this many pumps their wake-ups are gathered, so that 200 calls cost no more timers than one. */
const MANY = 20;
const GATHER_MS = 4;

/** One timer for any number of calls. Due times are absolute, so that a late timer is caught up and never drifts. */
export class Ticker {
  readonly #now: () => number;
  readonly #pumps = new Map<Pump, number>();
  #timer: NodeJS.Timeout | null = null;
  #wakeAt = Infinity;

  /** `now`: the monotonic clock in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  add(pump: Pump): TickerHandle {
    this.#pumps.set(pump, this.#now());
    this.#schedule(this.#now());
    return {
      wakeAt: (at) => {
        const due = this.#pumps.get(pump);
        if (due === undefined || due <= at) return;
        this.#pumps.set(pump, at);
        this.#schedule(at);
      },
      remove: () => void this.#pumps.delete(pump),
    };
  }

  close(): void {
    this.#pumps.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #schedule(at: number): void {
    if (at >= this.#wakeAt - 1 || at === Infinity) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wakeAt = at;
    const least = this.#pumps.size > MANY ? GATHER_MS : 1;
    this.#timer = setTimeout(() => this.#run(), Math.max(least, at - this.#now()));
  }

  #run(): void {
    this.#timer = null;
    this.#wakeAt = Infinity;
    const now = this.#now();
    for (const [pump, due] of this.#pumps) {
      if (due > now) continue;
      const next = pump(now);
      if (this.#pumps.has(pump)) this.#pumps.set(pump, next);
    }
    this.#schedule(Math.min(Infinity, ...this.#pumps.values()));
  }
}
