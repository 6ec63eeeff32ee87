import { type CallWrite, writeCalls } from '../domain/calls/index.ts';
import { dispatchOutboxes } from '../domain/outbox/index.ts';
import type { Database } from '../platform/db/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { JobQueue } from '../platform/queue/index.ts';

/**
 * Milliseconds a turn may wait for others to be written with: a page shows it that much later, and a process that is
 * killed loses that much more. Two hundred calls commit a turn each 20 ms.
 */
export const WRITE_TOGETHER_MS = 200;
/** What cannot wait is written after this long: two hundred callers who are cut off at once hang up within it. */
export const WRITE_SOON_MS = 10;
/** Calls of one transaction at most, so that none holds the rows of many for long. */
const CALLS_TOGETHER = 100;

export interface CallWriterOptions {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly log: Log;
  /** Calls back once after `delayMs`; returns how to prevent it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
}

/** Tells, when it is asked, what there is to be written of a call by then. */
export type Collect = () => CallWrite;

interface Waiting {
  readonly collect: Collect;
  readonly resolve: (written: CallWrite) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  waiting: Waiting[];
  timer: { readonly soon: boolean; readonly cancel: () => void } | null;
  writing: boolean;
}

/**
 * Writes the calls of this process: what comes up within a moment goes into one transaction for all calls of a
 * business. Transactions, not rows, are what a database and its client are busy with.
 */
export class CallWriter {
  readonly #options: CallWriterOptions;
  readonly #batches = new Map<string, Batch>();

  constructor(options: CallWriterOptions) {
    this.#options = options;
  }

  /**
   * Writes a call together with others of its business: at once-ish when `soon`, else within `WRITE_TOGETHER_MS`.
   * Resolves with what was written; an ended and settled call's job was then handed to the queue, or is left to the
   * sweep. Rejects when the transaction failed, be it for another call of it: then write it alone.
   */
  together(businessId: string, collect: Collect, soon: boolean): Promise<CallWrite> {
    let batch = this.#batches.get(businessId);
    if (batch === undefined) this.#batches.set(businessId, (batch = { waiting: [], timer: null, writing: false }));
    const { waiting } = batch;
    const written = new Promise<CallWrite>((resolve, reject) => waiting.push({ collect, resolve, reject }));
    this.#schedule(businessId, batch, soon);
    return written;
  }

  /** What of this business waits to be written does not wait for more. */
  hurry(businessId: string): void {
    const batch = this.#batches.get(businessId);
    if (batch !== undefined && batch.waiting.length > 0) this.#schedule(businessId, batch, true);
  }

  /** Writes one call in a transaction of its own. */
  async alone(businessId: string, collect: Collect): Promise<CallWrite> {
    const write = collect();
    await writeCalls(this.#options.db, businessId, [write]);
    await this.#dispatch(businessId, [write]);
    return write;
  }

  #schedule(businessId: string, batch: Batch, soon: boolean): void {
    if (batch.timer !== null) {
      if (batch.timer.soon || !soon) return;
      batch.timer.cancel();
    }
    const run = () => {
      batch.timer = null;
      this.#flush(businessId, batch);
    };
    batch.timer = { soon, cancel: this.#options.after(soon ? WRITE_SOON_MS : WRITE_TOGETHER_MS, run) };
  }

  /** One transaction of a business after the other: while one is under way, more comes together for the next. */
  #flush(businessId: string, batch: Batch): void {
    if (batch.writing || batch.waiting.length === 0) return;
    batch.writing = true;
    const now = batch.waiting.splice(0, CALLS_TOGETHER);
    void this.#write(businessId, now).finally(() => {
      batch.writing = false;
      // What its timer found in the way, or had no room, is not kept waiting again.
      if (batch.waiting.length > 0 && batch.timer === null) this.#flush(businessId, batch);
      else if (batch.waiting.length === 0 && this.#batches.get(businessId) === batch) this.#batches.delete(businessId);
    });
  }

  /** Never rejects. Resolves after the transaction; the queue is told behind it. */
  async #write(businessId: string, waiting: readonly Waiting[]): Promise<void> {
    const writes = waiting.map(({ collect }) => collect());
    try {
      await writeCalls(this.#options.db, businessId, writes);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      return;
    }
    void this.#dispatch(businessId, writes).then(() => {
      waiting.forEach(({ resolve }, index) => resolve(writes[index] as CallWrite));
    });
  }

  /** Finalising waits for the settled transcript, so its job is handed over only now. The row carries the call's id. */
  async #dispatch(businessId: string, writes: readonly CallWrite[]): Promise<void> {
    const { db, queue, log } = this.#options;
    const settled = writes.flatMap(({ callId, settled = false }) => (settled ? [callId] : []));
    if (settled.length === 0) return;
    try {
      await dispatchOutboxes(db, queue, businessId, settled);
    } catch (err) {
      // The sweep finds the rows within seconds.
      logEvent(log, 'call_dispatch_failed', { businessId, calls: settled.length, err }, 'error');
    }
  }
}
