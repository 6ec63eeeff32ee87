import type { Database } from '../../platform/db/index.ts';
import { type Log, logEvent } from '../../platform/log.ts';
import { addTries, limitKey, type Limit, type Taken } from './limits.ts';

/** Ms between two merges. So long another process may not know yet what this one has counted. */
const MERGE_MS = 1000;
/** Subjects counted at a time; beyond them new ones go uncounted until windows are over. */
const MAX_SUBJECTS = 50_000;
/** Subjects that one merge takes along: a flood of addresses is one short statement a second, whatever its size. */
const MAX_MERGED = 500;

/** Options of {@link SharedCounts}. */
export interface SharedCountsOptions {
  readonly db: Database;
  readonly log: Log;
  readonly appSecret: string;
  /** What is limited, kebab-case. */
  readonly what: string;
  readonly limit: Limit;
  /** Wall clock: windows are shared by processes. Default: the machine's. */
  readonly now?: () => Date;
}

/** What is known of one subject in its window. */
interface Count {
  /** Tries of every process, ours among them, as the last merge found them. */
  shared: number;
  /** Tries of this process that are not in `shared`. */
  own: number;
  /** Ms since the epoch. */
  windowEndsAt: number;
}

/**
 * A limit for what comes often: counted in memory, so that nobody waits for the database, and merged in the background
 * into the counts that all processes share and that a restart does not forget. Between two merges each process knows
 * of the others what the last one told: a limit may be passed by what comes within a second.
 */
export class SharedCounts {
  readonly #options: SharedCountsOptions;
  readonly #counts = new Map<string, Count>();
  /** Subjects with tries of ours to merge. */
  readonly #unmerged = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #merging: Promise<void> = Promise.resolve();
  #mergedAt = 0;
  #sweptAt = 0;
  #failing = false;
  #closed = false;

  constructor(options: SharedCountsOptions) {
    this.#options = options;
  }

  /** Counts one more try of a subject and says whether it is allowed. */
  count(subject: string): Taken {
    const now = this.#now();
    let count = this.#current(subject, now);
    if (count === undefined) {
      if (this.#counts.size >= MAX_SUBJECTS) this.#sweep(now);
      count = { shared: 0, own: 0, windowEndsAt: now + this.#options.limit.windowMs };
      if (this.#counts.size < MAX_SUBJECTS) this.#counts.set(subject, count);
    }
    count.own++;
    // Once all know that there were too many, one more is news to nobody.
    if (count.shared <= this.#options.limit.limit && this.#counts.has(subject)) {
      this.#unmerged.add(subject);
      this.#mergeSoon();
    }
    return this.#taken(count, count.shared + count.own, now);
  }

  /** What {@link count} would say, without counting. */
  look(subject: string): Taken {
    const now = this.#now();
    const count = this.#current(subject, now) ?? { shared: 0, own: 0, windowEndsAt: now };
    return this.#taken(count, count.shared + count.own + 1, now);
  }

  /**
   * Merges now what is not merged yet, and learns what the others counted of it. Never rejects: what could not be merged
   * stays for the next time.
   */
  merge(): Promise<void> {
    this.#merging = this.#merging.then(() => this.#mergeOnce());
    return this.#merging;
  }

  /** Merges a last time; what is counted from now on stays here. */
  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    return this.merge();
  }

  #now(): number {
    return (this.#options.now?.() ?? new Date()).getTime();
  }

  #current(subject: string, now: number): Count | undefined {
    const count = this.#counts.get(subject);
    if (count === undefined || count.windowEndsAt > now) return count;
    this.#counts.delete(subject);
    return undefined;
  }

  #taken(count: Count, tries: number, now: number): Taken {
    const retryAfterMs = Math.max(0, count.windowEndsAt - now);
    return { allowed: tries <= this.#options.limit.limit, count: tries, retryAfterMs };
  }

  /** At once where the last merge is long past, so that after a restart the shared count is known after the first try. */
  #mergeSoon(): void {
    if (this.#timer !== undefined || this.#closed) return;
    const wait = Math.max(0, MERGE_MS - (performance.now() - this.#mergedAt));
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.merge();
    }, wait).unref();
  }

  async #mergeOnce(): Promise<void> {
    const { db, appSecret, what, limit, log } = this.#options;
    const now = this.#now();
    this.#mergedAt = performance.now();
    if (now - this.#sweptAt > limit.windowMs) this.#sweep(now);
    const sent = new Map<string, { readonly subject: string; readonly count: Count; readonly tries: number }>();
    for (const subject of [...this.#unmerged].slice(0, MAX_MERGED)) {
      this.#unmerged.delete(subject);
      const count = this.#current(subject, now);
      if (count !== undefined) sent.set(limitKey(appSecret, what, subject), { subject, count, tries: count.own });
    }
    if (sent.size === 0) return;
    const tries = [...sent].map(([key, { count, tries }]) => ({
      key,
      count: tries,
      windowEndsAt: new Date(count.windowEndsAt),
    }));
    try {
      for (const kept of await addTries(db, tries, new Date(now))) {
        const merged = sent.get(kept.key);
        if (merged === undefined) continue;
        // What was counted while the database was asked is merged next time.
        merged.count.own -= merged.tries;
        merged.count.shared = kept.count;
        merged.count.windowEndsAt = kept.windowEndsAt.getTime();
      }
      this.#failing = false;
    } catch (err) {
      for (const { subject } of sent.values()) this.#unmerged.add(subject);
      if (!this.#failing) logEvent(log, 'rate_limits_not_shared', { what, err }, 'warn');
      this.#failing = true;
    }
    if (this.#unmerged.size > 0) this.#mergeSoon();
  }

  /** Forgets what was counted in windows that are over. */
  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [subject, count] of this.#counts) if (count.windowEndsAt <= now) this.#counts.delete(subject);
  }
}
