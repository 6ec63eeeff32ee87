import { replayFailed } from '../domain/deliveries/index.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';
import { deliverWaiting } from './deliver-waiting.ts';

/** Sends again what failed at a destination between two moments. */
export async function replayDeliveries(
  context: WorkerContext,
  payload: {
    readonly businessId: string;
    readonly destinationId: string;
    readonly since: string;
    readonly until: string;
  },
): Promise<void> {
  const { businessId, destinationId } = payload;
  const { db, clock, log } = context;
  const request = { destinationId, since: new Date(payload.since), until: new Date(payload.until) };
  const replayed = await replayFailed(db, businessId, request, clock.now());
  logEvent(log, 'deliveries_replayed', { businessId, destinationId, replayed });
  // The first ones; each that ends takes up the next.
  await deliverWaiting(context, payload);
  void context.publish({ kind: 'delivery', businessId });
}
