import type { Database } from '../../platform/db/index.ts';

/** Deliveries of all businesses, in numbers alone. */
export interface DeliveryFigure {
  /** `due` and `later` are pending; the others were finished within the last hour. */
  readonly outcome: 'due' | 'later' | 'delivered' | 'failed';
  readonly count: number;
  /** Seconds the oldest of them is overdue. */
  readonly oldestSec: number;
}

/** How the deliveries of all businesses stand; an outcome without any may be missing. */
export async function deliveryFigures(db: Database, now: Date): Promise<DeliveryFigure[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ outcome: DeliveryFigure['outcome']; number: bigint; oldest_sec: number }[]>`
      SELECT * FROM delivery_figures(${now.toISOString()}::timestamptz)`,
  );
  return rows.map(({ outcome, number, oldest_sec: oldestSec }) => ({ outcome, count: Number(number), oldestSec }));
}
