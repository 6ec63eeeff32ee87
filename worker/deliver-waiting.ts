import { waitingOf } from '../domain/deliveries/index.ts';
import type { WorkerContext } from './context.ts';
import { enqueueDelivery } from './enqueue.ts';

/** Deliveries taken up at a time; each that ends takes up the next. */
const TAKE_UP = 16;

/** Takes up what waits at a destination that was held back: by its rate, a pause it asked for, or a lost job. */
export async function deliverWaiting(
  context: WorkerContext,
  { businessId, destinationId }: { readonly businessId: string; readonly destinationId: string },
): Promise<void> {
  const { db, clock } = context;
  for (const waiting of await waitingOf(db, businessId, destinationId, clock.now(), TAKE_UP)) {
    await enqueueDelivery(context, businessId, waiting);
  }
}
