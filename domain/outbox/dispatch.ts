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
  return (await dispatchOutboxes(db, queue, businessId, [outboxId], now)) > 0;
}

/**
 * The same for several rows of a business. Returns how many were dispatched now. When the queue refuses one, those it
 * took are noted before the error is thrown.
 */
export async function dispatchOutboxes(
  db: Database,
  queue: Enqueue,
  businessId: string,
  outboxIds: readonly string[],
  now: Date = new Date(),
): Promise<number> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.outbox.findMany({
      where: { id: { in: [...outboxIds] }, businessId, dispatchedAt: null },
      select: { id: true, job: true, payload: true },
    }),
  );
  if (rows.length === 0) return 0;
  const outcomes = await Promise.allSettled(
    // Sound: the payload is an object by whoever wrote the row; the worker parses it again.
    rows.map(({ id, job, payload }) => queue.enqueue(job, payload as object, { id: `outbox-${id}` })),
  );
  const taken = rows.filter((_, index) => outcomes[index]?.status === 'fulfilled').map(({ id }) => id);
  if (taken.length > 0) {
    await db.withBusiness(businessId, (tx) =>
      tx.outbox.updateMany({ where: { id: { in: taken }, businessId }, data: { dispatchedAt: now } }),
    );
  }
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
  return taken.length;
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
