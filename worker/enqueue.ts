import type { PendingDelivery } from '../domain/calls/index.ts';
import type { WorkerContext } from './context.ts';

/** Hands a delivery to the queue for the moment it is due. One job a delivery and moment: asking again adds none. */
export async function enqueueDelivery(
  { queue, clock }: Pick<WorkerContext, 'queue' | 'clock'>,
  businessId: string,
  { deliveryId, nextAttemptAt }: PendingDelivery,
): Promise<void> {
  const dueMs = nextAttemptAt.getTime();
  await queue.enqueue(
    'deliver',
    { businessId, deliveryId },
    { id: `deliver-${deliveryId}-${dueMs}`, delayMs: Math.max(0, dueMs - clock.now().getTime()) },
  );
}
