import { MODEL_ALERTS, type AlertKind, raiseAlert, resolveAlerts } from '../domain/alerts/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { Change } from '../platform/events.ts';
import { type Log, logEvent } from '../platform/log.ts';

/** Waits between attempts while the database is away; then it is given up: the next call meets the same trouble. */
const RETRY_DELAYS_MS = [500, 2000, 5000] as const;

export interface BusinessAlertsOptions {
  readonly db: Database;
  readonly log: Log;
  readonly publish: (change: Change) => void;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, run: () => void) => unknown;
}

/** Tells owners what only they can mend, and takes it back. Behind the calls: nothing here holds one up or fails it. */
export class BusinessAlerts {
  readonly #options: BusinessAlertsOptions;
  readonly #writing = new Set<Promise<void>>();

  constructor(options: BusinessAlertsOptions) {
    this.#options = options;
  }

  raise(businessId: string, kind: AlertKind): void {
    this.#write(businessId, (db) => raiseAlert(db, businessId, kind));
  }

  /** The model answers again. */
  settle(businessId: string): void {
    this.#write(businessId, (db) => resolveAlerts(db, businessId, MODEL_ALERTS));
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #write(businessId: string, write: (db: Database) => Promise<unknown>): void {
    const writing = this.#try(businessId, write).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #try(businessId: string, write: (db: Database) => Promise<unknown>): Promise<void> {
    const { db, log, publish, after } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        await write(db);
        return publish({ kind: 'alert', businessId });
      } catch (err) {
        logEvent(log, 'alert_write_failed', { businessId, attempt, err }, 'error');
        const delayMs = RETRY_DELAYS_MS[attempt];
        if (delayMs === undefined) return;
        await new Promise<void>((resolve) => void after(delayMs, resolve));
      }
    }
  }
}
