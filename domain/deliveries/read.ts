import type { Database } from '../../platform/db/index.ts';
import { waitingAt } from './claim.ts';
import { DELIVERY_DETAIL, deliveryDetail, type DeliveryDetail } from './detail.ts';

/** A delivery as its own page shows it. */
export interface ShownDelivery extends DeliveryDetail {
  readonly callId: string | null;
  readonly callSid: string | null;
  readonly event: string;
  readonly destinationId: string;
  readonly destination: string;
  readonly destinationOff: boolean;
  /** The exact text that is sent. */
  readonly body: string;
}

/** A delivery with its attempts and what it sends; null when the business has none of that id. */
export async function getDelivery(db: Database, businessId: string, deliveryId: string): Promise<ShownDelivery | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.delivery.findUnique({
      where: { id: deliveryId, businessId },
      select: {
        ...DELIVERY_DETAIL,
        callId: true,
        event: true,
        body: true,
        call: { select: { callSid: true } },
        destination: { select: { id: true, name: true, status: true, removedAt: true } },
      },
    }),
  );
  if (row === null) return null;
  return {
    ...deliveryDetail(row),
    callId: row.callId,
    callSid: row.call?.callSid ?? null,
    event: row.event,
    destinationId: row.destination.id,
    destination: row.destination.name,
    destinationOff: row.destination.status === 'off' || row.destination.removedAt !== null,
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
