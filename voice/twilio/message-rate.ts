import { MESSAGES_PER_SECOND, MESSAGE_BURST } from './limits.ts';

/**
 * Says when a socket sends too much. Costs a message one subtraction: time is looked at only when the burst is spent.
 * A message counts once, and once more for each whole KiB.
 */
export class MessageRate {
  #credit = MESSAGE_BURST;
  #filledAt: number;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(now: number) {
    this.#filledAt = now;
  }

  /** Counts a message of `bytes`; false when it is one too many. */
  admits(now: number, bytes: number): boolean {
    this.#credit -= 1 + (bytes >> 10);
    if (this.#credit >= 0) return true;
    this.#credit += Math.min(MESSAGE_BURST, ((now - this.#filledAt) * MESSAGES_PER_SECOND) / 1000);
    this.#filledAt = now;
    return this.#credit >= 0;
  }
}
