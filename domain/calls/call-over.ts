import type { Database } from '../../platform/db/index.ts';
import { endCall } from './end-call.ts';

/**
 * The telephone network says a call is over. Ends one that never got its media stream (the caller hung up while it
 * rang): nobody else would. A call with a stream is ended by the process that runs it. Returns the business and the
 * outbox row to dispatch, or null when there is nothing to end.
 */
export async function endUnconnectedCall(
  db: Database,
  callSid: string,
  now: Date = new Date(),
): Promise<{ businessId: string; callId: string; outboxId: string } | null> {
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string }[]>`SELECT * FROM call_of_sid(${callSid})`,
  );
  if (found === undefined) return null;
  const { business_id: businessId, call_id: callId } = found;
  const waiting = await db.withBusiness(businessId, (tx) =>
    tx.call.count({ where: { id: callId, businessId, status: 'in_progress', streamStartedAt: null } }),
  );
  if (waiting === 0) return null;
  const end = { endReason: 'caller_hangup', endedAt: now, heldMs: 0, timings: {} } as const;
  return { businessId, callId, outboxId: await endCall(db, businessId, callId, end) };
}
