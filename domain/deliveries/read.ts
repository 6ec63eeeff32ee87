import { AppError } from '../../platform/errors.ts';
import type { Database } from '../../platform/db/index.ts';
import { DELIVERY_DETAIL, deliveryDetail, type DeliveryDetail } from './detail.ts';

/** A delivery with its attempts and what it sends; null when the business has none of that id. */
export async function getDelivery(
  db: Database,
  businessId: string,
  deliveryId: string,
): Promise<(DeliveryDetail & { readonly callId: string; readonly body: string }) | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.delivery.findUnique({
      where: { id: deliveryId, businessId },
      select: { ...DELIVERY_DETAIL, callId: true, body: true },
    }),
  );
  if (row === null) return null;
  return {
    ...deliveryDetail(row),
    callId: row.callId,
    body: typeof row.body === 'string' ? row.body : JSON.stringify(row.body),
  };
}

/** Deliveries of all businesses whose job was lost: pending and half a minute overdue, at most `max`. */
export async function dueDeliveries(
  db: Database,
  now: Date,
  max: number,
): Promise<{ businessId: string; deliveryId: string }[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; delivery_id: string }[]>`
      SELECT * FROM sweep_deliveries(${now.toISOString()}::timestamptz, ${max}::int)`,
  );
  return rows.map((row) => ({ businessId: row.business_id, deliveryId: row.delivery_id }));
}

/**
 * Takes up a delivery that was given up: due at once, with the same Idempotency-Key; its retries go on where they
 * stopped, or begin anew when they were used up. The caller then enqueues `deliver`; should that be lost, the sweep
 * does. One that is still pending stays as it is.
 * @throws AppError `delivery_not_found`, `delivery_already_delivered` (both permanent)
 */
export async function replay(
  db: Database,
  businessId: string,
  deliveryId: string,
  now: Date = new Date(),
): Promise<{ deliveryId: string; nextAttemptAt: Date }> {
  return db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.delivery.updateMany({
      where: { id: deliveryId, businessId, status: 'failed' },
      data: { status: 'pending', nextAttemptAt: now, finishedAt: null },
    });
    if (count > 0) return { deliveryId, nextAttemptAt: now };
    const row = await tx.delivery.findUnique({ where: { id: deliveryId, businessId } });
    if (row === null) throw new AppError('delivery_not_found', { permanent: true, details: { deliveryId } });
    if (row.status === 'delivered') {
      throw new AppError('delivery_already_delivered', { permanent: true, details: { deliveryId } });
    }
    return { deliveryId, nextAttemptAt: row.nextAttemptAt ?? now };
  });
}
