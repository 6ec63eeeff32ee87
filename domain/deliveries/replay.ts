import { AppError } from '../../platform/errors.ts';
import type { Database } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { requireWebhooks } from '../businesses/flags.ts';

/**
 * Takes up a delivery that was given up: due at once, with the same Idempotency-Key, its retries begin anew. The
 * caller then enqueues `deliver`; should that be lost, the sweep does. One that is still pending stays as it is.
 * @throws AppError `delivery_not_found`, `delivery_already_delivered`, `delivery_body_removed`, `destination_off`,
 * `webhooks_closed` (all permanent)
 */
export async function replay(
  db: Database,
  businessId: string,
  deliveryId: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<{ deliveryId: string; nextAttemptAt: Date }> {
  return db.withBusiness(businessId, async (tx) => {
    const row = await tx.delivery.findUnique({
      where: { id: deliveryId, businessId },
      select: {
        status: true,
        nextAttemptAt: true,
        attemptCount: true,
        bodyRemovedAt: true,
        destination: { select: { kind: true, status: true, removedAt: true } },
      },
    });
    if (row === null) throw new AppError('delivery_not_found', { permanent: true, details: { deliveryId } });
    if (row.status === 'delivered') {
      throw new AppError('delivery_already_delivered', { permanent: true, details: { deliveryId } });
    }
    if (row.bodyRemovedAt !== null) {
      throw new AppError('delivery_body_removed', { permanent: true, details: { deliveryId } });
    }
    if (row.status === 'pending') return { deliveryId, nextAttemptAt: row.nextAttemptAt ?? now };
    if (row.destination.status === 'off' || row.destination.removedAt !== null) {
      throw new AppError('destination_off', { permanent: true, details: { deliveryId } });
    }
    if (row.destination.kind === 'webhook') await requireWebhooks(tx, businessId);
    const { count } = await tx.delivery.updateMany({
      // What was erased since it was read has no words any more to send.
      where: { id: deliveryId, businessId, status: 'failed', bodyRemovedAt: null },
      data: { status: 'pending', nextAttemptAt: now, finishedAt: null, cycleStart: row.attemptCount },
    });
    if (count > 0) {
      await audit(tx, { businessId, actor, action: 'delivery.replayed', entityId: deliveryId, after: { deliveryId } });
    }
    return { deliveryId, nextAttemptAt: now };
  });
}
