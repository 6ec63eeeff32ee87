import type { Database } from '../../platform/db/index.ts';
import { waitingAt } from './claim.ts';
import { DELIVERY_DETAIL, deliveryDetail, type DeliveryDetail } from './detail.ts';

/** A delivery with its attempts and what it sends; null when the business has none of that id. */
export async function getDelivery(
  db: Database,
  businessId: string,
  deliveryId: string,
): Promise<(DeliveryDetail & { readonly callId: string | null; readonly body: string }) | null> {
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

/** Destinations of all businesses with deliveries whose job was lost: pending and half a minute overdue. At most `max`. */
export async function overdueDestinations(
  db: Database,
  now: Date,
  max: number,
): Promise<{ businessId: string; destinationId: string }[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; destination_id: string }[]>`
      SELECT * FROM sweep_destinations(${now.toISOString()}::timestamptz, ${max}::int)`,
  );
  return rows.map((row) => ({ businessId: row.business_id, destinationId: row.destination_id }));
}

/** Deliveries of a destination that could go now, the oldest first, at most `max`. */
export async function waitingOf(
  db: Database,
  businessId: string,
  destinationId: string,
  now: Date,
  max: number,
): Promise<{ deliveryId: string; nextAttemptAt: Date }[]> {
  return db.withBusiness(businessId, (tx) => waitingAt(tx, destinationId, now, max));
}
