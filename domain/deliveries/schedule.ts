/** Attempts until a delivery is given up; a replay starts a new cycle of as many. */
export const MAX_ATTEMPTS = 8;

const FIRST_RETRY_MS = 2_000;
const FACTOR = 4;
/** The longest wait, also for a Retry-After. */
const LONGEST_WAIT_MS = 60 * 60 * 1000;
const SHORTEST_WAIT_MS = 1_000;
/** Share of the wait by which it varies either way, so that many deliveries do not come back at once. */
const JITTER = 0.2;

/** What came of one attempt. */
export type AttemptVerdict = 'delivered' | 'retry' | 'give_up';

/**
 * Whether an answer means delivered, come back later, or never. Redirects are not followed and therefore
 * final, as is every other 4xx (410 among them) but 408, 425 and 429.
 */
export function verdictOfStatus(status: number): AttemptVerdict {
  if (status >= 200 && status < 300) return 'delivered';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'retry';
  return 'give_up';
}

/**
 * Milliseconds until the next attempt after attempt `attemptNumber` (1 first) failed, or null when it was the
 * last of its cycle. About 2 s, 8 s, 32 s, 2 min, 9 min, 34 min, 1 h. A Retry-After replaces the schedule, up to 1 h.
 * `random` is 0–1.
 */
export function retryDelayMs(attemptNumber: number, retryAfterMs: number | null, random: number): number | null {
  const inCycle = ((attemptNumber - 1) % MAX_ATTEMPTS) + 1;
  if (inCycle === MAX_ATTEMPTS) return null;
  if (retryAfterMs !== null) {
    const asked = Math.max(SHORTEST_WAIT_MS, retryAfterMs);
    // Never earlier than asked; a little later so that a crowd told the same moment spreads.
    return Math.min(LONGEST_WAIT_MS, Math.ceil(asked * (1 + 0.1 * random)));
  }
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_RETRY_MS * FACTOR ** (inCycle - 1));
  return Math.round(wait * (1 - JITTER + 2 * JITTER * random));
}

/** Milliseconds a Retry-After header asks for (seconds or an HTTP date); null when absent or unreadable. */
export function parseRetryAfter(header: string | null, now: Date): number | null {
  const value = header?.trim() ?? '';
  if (value === '') return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // A date only: Date.parse would also read "-5" or "2.5" as one.
  if (!/^[A-Za-z]{3,9},? /.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
