import { randomUUID } from 'node:crypto';
import { AppError } from '../../platform/errors.ts';
import type { Database } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { requireWebhooks } from '../businesses/flags.ts';
import { queueDeliveries, TEST_EVENT, writeTest } from '../deliveries/index.ts';

/** What a test says. */
const MESSAGE = 'זו הודעת ניסיון מ-ProSaaS.';

/**
 * Sends a test to a destination, also to one that is off: to a webhook an event of type `test`, to Monday a call that
 * never was, with the keys of a real one. Returns the delivery's id. It is handed to the queue when the transaction
 * commits.
 * @throws AppError `destination_not_found`, `destination_without_address`, `webhooks_closed` (all permanent)
 */
export async function sendTest(
  db: Database,
  businessId: string,
  destinationId: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<string> {
  return db.withBusiness(businessId, async (tx) => {
    const destination = await tx.destination.findFirst({
      where: { id: destinationId, businessId, removedAt: null },
      select: { kind: true, business: { select: { name: true, settings: { select: { monday_webhook_url: true } } } } },
    });
    if (destination === null) throw new AppError('destination_not_found', { permanent: true });
    const { kind, business } = destination;
    const url = business.settings?.monday_webhook_url ?? null;
    if (kind === 'plugin' || (kind === 'monday' && url === null)) {
      throw new AppError('destination_without_address', { permanent: true });
    }
    if (kind === 'webhook') await requireWebhooks(tx, businessId);
    const deliveryId = await writeTest(tx, {
      businessId,
      destinationId,
      key: randomUUID(),
      url: kind === 'monday' ? (url ?? '') : '',
      at: now,
      body:
        kind === 'monday'
          ? JSON.stringify(mondayTest(businessId, business.name, now))
          : { business_id: businessId, message: MESSAGE },
    });
    await queueDeliveries(tx, businessId, [deliveryId]);
    const after = { event: TEST_EVENT, delivery_id: deliveryId };
    await audit(tx, { businessId, actor, action: 'destination.tested', entityId: destinationId, after });
    return deliveryId;
  });
}

/** A call that never was, with the keys of Monday's payload. */
export function mondayTest(businessId: string, businessName: string, now: Date) {
  const at = now.toISOString();
  return {
    source: 'prosaas_call_center',
    business_id: businessId,
    business_name: businessName,
    call_id: '00000000-0000-0000-0000-000000000000',
    call_sid: 'CAtest',
    direction: 'inbound',
    from_number: '+972500000000',
    to_number: '+972500000000',
    started_at: at,
    ended_at: at,
    duration_sec: 0,
    transcript: `סוכן: ${MESSAGE}`,
  };
}
