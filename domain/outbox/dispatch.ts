import type { Database } from '../../platform/db/index.ts';
import type { JobQueue } from '../../platform/queue/index.ts';

/** What of the queue is needed to dispatch a job. */
export type Enqueue = Pick<JobQueue, 'enqueue'>;

/**
 * Hands an outbox row's job to the queue and notes it. Called right after the transaction that wrote the row, and by
 * the sweep for rows where that was lost; a job handed over twice has the same id and is idempotent besides. Returns
 * false when the row is unknown or was dispatched before.
 */
export async function dispatchOutbox(
  db: Database,
  queue: Enqueue,
  businessId: string,
  outboxId: string,
  now: Date = new Date(),
): Promise<boolean> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.outbox.findFirst({
      where: { id: outboxId, businessId, dispatchedAt: null },
      select: { job: true, payload: true },
    }),
  );
  if (row === null) return false;
  // Sound: the payload is an object by whoever wrote the row; the worker parses it again.
  await queue.enqueue(row.job, row.payload as object, {
    id: `outbox-${outboxId}`,
  });
  await db.withBusiness(businessId, (tx) =>
    tx.outbox.updateMany({ where: { id: outboxId, businessId }, data: { dispatchedAt: now } }),
  );
  return true;
}

/** Hands over what a business's outbox holds of one job. Returns how many rows. */
export async function dispatchWaiting(db: Database, queue: Enqueue, businessId: string, job: string): Promise<number> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.outbox.findMany({ where: { businessId, job, dispatchedAt: null }, select: { id: true } }),
  );
  for (const { id } of rows) await dispatchOutbox(db, queue, businessId, id);
  return rows.length;
}

/** Outbox rows of all businesses that were not dispatched within seconds, the oldest first, at most `max`. */
export async function lostOutbox(
  db: Database,
  now: Date,
  max: number,
): Promise<{ businessId: string; outboxId: string }[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; outbox_id: string }[]>`
      SELECT * FROM sweep_outbox(${now.toISOString()}::timestamptz, ${max}::int)`,
  );
  return rows.map((row) => ({ businessId: row.business_id, outboxId: row.outbox_id }));
}
