import { deriveKey, hmacToken } from '../../platform/crypto.ts';
import type { Database } from '../../platform/db/index.ts';

/** How often something may be tried. */
export interface Limit {
  /** Tries within a window. */
  readonly limit: number;
  /** Length of a window, ms. It begins with the first try. */
  readonly windowMs: number;
}

/** What became of a try. */
export interface Taken {
  /** False when it was one too many. */
  readonly allowed: boolean;
  /** Tries in this window, this one included. */
  readonly count: number;
  /** Milliseconds until the window is over and tries are free again. */
  readonly retryAfterMs: number;
}

/** Beyond any limit; a counter that stands here does not run over. */
const MAX_COUNT = 1_000_000;

/**
 * What a limit is counted under: `what` is limited (kebab-case), `subject` is whom it is counted for, an e-mail address
 * or a network address. The subject goes in as a hash under a key of the installation: the table tells nobody who tried.
 */
export function limitKey(appSecret: string, what: string, subject: string): string {
  return `${what}:${hmacToken(deriveKey(appSecret, 'rate-limit'), `${what} ${subject}`)}`;
}

/**
 * Counts one more try and says whether it is allowed. One statement: of any number of processes that try at once, each
 * is counted. A try that is refused is counted too and makes the window no longer.
 */
export async function take(
  db: Database,
  key: string,
  { limit, windowMs }: Limit,
  now: Date = new Date(),
): Promise<Taken> {
  const [kept] = await addTries(db, [{ key, count: 1, windowEndsAt: new Date(now.getTime() + windowMs) }], now);
  const count = kept?.count ?? 1;
  const retryAfterMs = Math.max(0, (kept?.windowEndsAt.getTime() ?? 0) - now.getTime());
  return { allowed: count <= limit, count, retryAfterMs };
}

/** Tries that were counted elsewhere and are added to what is kept. */
export interface Tries {
  readonly key: string;
  readonly count: number;
  /** When their window is over; what is kept decides where it says otherwise. */
  readonly windowEndsAt: Date;
}

/**
 * Adds tries, of many keys at once, and returns what is kept of each afterwards. Keys must differ; they are added in
 * the same order by whoever adds, so that no two wait for each other.
 */
export async function addTries(
  db: Database,
  tries: readonly Tries[],
  now: Date = new Date(),
): Promise<readonly Tries[]> {
  const at = now.toISOString();
  const keys = tries.map(({ key }) => key);
  const counts = tries.map(({ count }) => count);
  const ends = tries.map(({ windowEndsAt }) => windowEndsAt.toISOString());
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ key: string; count: number; window_ends_at: Date }[]>`
      INSERT INTO rate_limits AS kept (key, count, window_ends_at)
      SELECT * FROM unnest(${keys}::text[], ${counts}::int[], ${ends}::timestamptz[]) ORDER BY 1
      ON CONFLICT (key) DO UPDATE SET
        count = CASE
          WHEN kept.window_ends_at <= ${at}::timestamptz THEN excluded.count
          ELSE least(kept.count + excluded.count, ${MAX_COUNT}::int) END,
        window_ends_at =
          CASE WHEN kept.window_ends_at <= ${at}::timestamptz THEN excluded.window_ends_at ELSE kept.window_ends_at END
      RETURNING key, count, window_ends_at`,
  );
  return rows.map(({ key, count, window_ends_at: windowEndsAt }) => ({ key, count, windowEndsAt }));
}

/** Takes one try back: it was none of those that are limited. */
export async function giveBack(db: Database, key: string): Promise<void> {
  await db.withIdentity((tx) =>
    tx.rateLimit.updateMany({ where: { key, count: { gt: 0 } }, data: { count: { decrement: 1 } } }),
  );
}

/** Forgets all tries under a key. */
export async function clearLimit(db: Database, key: string): Promise<void> {
  await db.withIdentity((tx) => tx.rateLimit.deleteMany({ where: { key } }));
}

/** Removes the windows that are over. Returns how many. */
export async function sweepLimits(db: Database, now: Date): Promise<number> {
  const { count } = await db.withIdentity((tx) => tx.rateLimit.deleteMany({ where: { windowEndsAt: { lte: now } } }));
  return count;
}
