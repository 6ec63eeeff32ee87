import { finalizeCall } from '../domain/calls/index.ts';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';
import { enqueueDelivery } from './enqueue.ts';

/** Milliseconds until the job looks again whether the last transcriptions have arrived. */
const SETTLE_POLL_MS = 1_000;

/**
 * Finalises a call and hands its deliveries to the queue. While transcriptions are awaited it puts itself off; the
 * sweep settles a call whose process no longer does. Run again, it changes nothing and enqueues what is still pending.
 */
export async function finalize(
  context: WorkerContext,
  { businessId, callId }: { readonly businessId: string; readonly callId: string },
): Promise<void> {
  const { db, queue, log, clock } = context;
  const outcome = await finalizeCall(db, businessId, callId, context.exportsOf, context.registry, clock.now());
  switch (outcome.kind) {
    case 'unsettled':
      // Without an id: this very job holds the id it came with until it is done.
      await queue.enqueue('call-finalize', { businessId, callId }, { delayMs: SETTLE_POLL_MS });
      return;
    case 'not_ended':
    case 'not_found':
      logEvent(log, 'call_finalize_skipped', { businessId, callId, reason: outcome.kind }, 'warn');
      return;
    case 'finalized':
      for (const delivery of outcome.deliveries) await enqueueDelivery(context, businessId, delivery);
      // After the deliveries: nobody waits for the analysis.
      if (outcome.outboxId !== null) await dispatchOutbox(db, queue, businessId, outcome.outboxId, clock.now());
      if (!outcome.first) return;
      logEvent(log, 'call_finalized', { businessId, callId, deliveries: outcome.deliveries.length });
      void context.publish({ kind: 'call', businessId, callId });
  }
}
