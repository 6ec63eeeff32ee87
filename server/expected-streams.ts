/** Twilio opens the stream within seconds of reading our answer, or not at all. */
const STREAM_LIMIT_MS = 10_000;

/** Calls that were told to connect a media stream and have not done so yet: a process that stops waits for them. */
export class ExpectedStreams {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #whenNone: (() => void)[] = [];

  expect(callSid: string): void {
    clearTimeout(this.#timers.get(callSid));
    const timer = setTimeout(() => this.came(callSid), STREAM_LIMIT_MS);
    timer.unref();
    this.#timers.set(callSid, timer);
  }

  /** The stream is there, or will not come. */
  came(callSid: string): void {
    clearTimeout(this.#timers.get(callSid));
    this.#timers.delete(callSid);
    if (this.#timers.size > 0) return;
    for (const resolve of this.#whenNone.splice(0)) resolve();
  }

  /** Resolves when none is awaited, after `limitMs` at the latest. */
  none(limitMs: number): Promise<void> {
    if (this.#timers.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = setTimeout(resolve, limitMs);
      this.#whenNone.push(() => {
        clearTimeout(limit);
        resolve();
      });
    });
  }
}
