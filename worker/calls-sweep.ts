import { closeSwept, lostCalls, settleTranscripts, type LostCall } from '../domain/calls/index.ts';
import { overdueDestinations } from '../domain/deliveries/index.ts';
import { lostInsights } from '../domain/insights/index.ts';
import { lostRecordings } from '../domain/recordings/index.ts';
import { dispatchOutbox, lostOutbox } from '../domain/outbox/index.ts';
import { sweepLimits } from '../domain/rate-limits/index.ts';
import { sweepResets } from '../domain/users/index.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';
import { deliverWaiting } from './deliver-waiting.ts';

/** Finds at most this many of each kind at a time; the next sweep is seconds away. */
const BATCH = 200;

/**
 * Takes up again what lost its process or its job: calls whose lease ran out, ended calls nobody settled or finalised,
 * outbox rows nobody dispatched, analyses nobody made, deliveries overdue; and forgets rate limits and links for a new
 * password that are over. One that fails is logged and keeps none of the others waiting.
 */
export async function sweep(context: WorkerContext): Promise<void> {
  const { db, queue, clock } = context;
  for (const lost of await lostCalls(db, clock.now(), BATCH)) {
    await attempt(context, lost.kind, lost, () => takeUp(context, lost));
  }
  for (const { businessId, outboxId } of await lostOutbox(db, clock.now(), BATCH)) {
    await attempt(context, 'outbox', { businessId, outboxId }, () =>
      dispatchOutbox(db, queue, businessId, outboxId, clock.now()),
    );
  }
  for (const { businessId, callId, insightId } of await lostInsights(db, clock.now(), BATCH)) {
    // The id under which the outbox hands it over: a job that waits for its next run is not doubled.
    await attempt(context, 'insight', { businessId, callId }, () =>
      queue.enqueue('call-analyze', { businessId, callId }, { id: `outbox-${insightId}` }),
    );
  }
  for (const of of await lostRecordings(db, clock.now(), BATCH)) {
    await attempt(context, 'recording', of, () =>
      queue.enqueue('recording-fetch', of, { id: `outbox-${of.recordingId}` }),
    );
  }
  for (const lost of await overdueDestinations(db, clock.now(), BATCH)) {
    await attempt(context, 'delivery', lost, () => deliverWaiting(context, lost));
  }
  await attempt(context, 'rate_limits', {}, () => sweepLimits(db, clock.now()));
  await attempt(context, 'password_resets', {}, () => sweepResets(db, clock.now()));
}

async function takeUp(context: WorkerContext, { kind, businessId, callId }: LostCall): Promise<void> {
  const { db, queue, log, clock } = context;
  switch (kind) {
    case 'lease_expired': {
      const swept = await closeSwept(db, businessId, callId, clock.now());
      if (swept === null) return;
      const { callSid, durationMs, outboxId } = swept;
      logEvent(log, 'call_ended', { callSid, businessId, endReason: 'swept', durationMs }, 'warn');
      await dispatchOutbox(db, queue, businessId, outboxId, clock.now());
      void context.publish({ kind: 'call', businessId, callId });
      return;
    }
    case 'unsettled':
      if (await settleTranscripts(db, businessId, callId, clock.now())) {
        logEvent(log, 'transcripts_settled_by_sweep', { businessId, callId }, 'warn');
      }
      break;
    case 'unfinalized':
      break;
  }
  await queue.enqueue('call-finalize', { businessId, callId }, { id: `swept-call-finalize-${callId}`, once: true });
}

async function attempt({ log }: WorkerContext, what: string, ids: object, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (err) {
    logEvent(log, 'sweep_item_failed', { ...ids, what, err }, 'error');
  }
}
