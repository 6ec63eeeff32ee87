const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Milliseconds after each failed attempt until the next one: at 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h. */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
] as const;

/** Attempts until a delivery is given up; sending it again by hand starts a new cycle of as many. */
export const MAX_ATTEMPTS = WAITS_MS.length + 1;

/** The longest wait a Retry-After is given. */
const LONGEST_ASKED_MS = 12 * HOUR_MS;
const SHORTEST_WAIT_MS = SECOND_MS;
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
 * Milliseconds until the next attempt after attempt `attempt` of a cycle (1 first) failed, or null when it was the
 * last. A Retry-After replaces the schedule, from 1 s up to 12 h. `random` is 0–1.
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | null, random: number): number | null {
  const wait = WAITS_MS[attempt - 1];
  if (wait === undefined) return null;
  if (retryAfterMs !== null) {
    const asked = Math.max(SHORTEST_WAIT_MS, retryAfterMs);
    // Never earlier than asked; a little later so that a crowd told the same moment spreads.
    return Math.min(LONGEST_ASKED_MS, Math.ceil(asked * (1 + 0.1 * random)));
  }
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
