import type { Database, Tx } from '../../platform/db/index.ts';
import type { CallTimings, EndReason } from './types.ts';

/** How a call ended. */
export interface CallEnd {
  readonly endReason: EndReason;
  readonly endedAt: Date;
  /** Caller audio withheld from the model, ms. */
  readonly heldMs: number;
  readonly timings: CallTimings;
}

/** What is set back when a call that was taken for over turns out not to have been. */
const NOT_FINAL = { transcriptsSettledAt: null, finalizedAt: null, transcript: null } as const;

/**
 * Writes a call's end and, in the same transaction, the outbox row whose job finalises it. Idempotent: the first end
 * and its reason stay. `swept` alone gives way: it says that nobody knew how the call ended, and now somebody does; the
 * call is then finalised again. Returns the outbox row's id, for `dispatchOutbox` to enqueue at once.
 */
export async function endCall(db: Database, businessId: string, callId: string, end: CallEnd): Promise<string> {
  return db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.call.updateMany({
      where: { id: callId, businessId, OR: [{ status: 'in_progress' }, { endReason: 'swept' }] },
      data: {
        ...NOT_FINAL,
        status: 'ended',
        endReason: end.endReason,
        endedAt: end.endedAt,
        heldMs: Math.round(end.heldMs),
        timings: { ...end.timings },
      },
    });
    if (count > 0) await insertFinalizeJob(tx, businessId, callId);
    return finalizeOutboxId(callId);
  });
}

/**
 * Says that no transcription of this call is still to come; from now on it may be finalised. Returns whether this call
 * changed anything. A call that has not ended cannot be settled.
 */
export async function settleTranscripts(
  db: Database,
  businessId: string,
  callId: string,
  now: Date = new Date(),
): Promise<boolean> {
  const { count } = await db.withBusiness(businessId, (tx) =>
    tx.call.updateMany({
      where: { id: callId, businessId, status: { not: 'in_progress' }, transcriptsSettledAt: null },
      data: { transcriptsSettledAt: now },
    }),
  );
  return count > 0;
}

/** A call that was closed for its dead process. */
export interface SweptCall {
  readonly outboxId: string;
  readonly callSid: string;
  readonly durationMs: number;
}

/**
 * Closes a call whose process died: end reason `swept`, ended when its lease ran out, its turns kept and taken as
 * complete. Returns null when the call has ended or its lease was renewed meanwhile.
 */
export async function closeSwept(
  db: Database,
  businessId: string,
  callId: string,
  now: Date = new Date(),
): Promise<SweptCall | null> {
  return db.withBusiness(businessId, async (tx) => {
    const at = now.toISOString();
    const [closed] = await tx.$queryRaw<{ call_sid: string; started_at: Date; ended_at: Date }[]>`
      UPDATE calls SET status = 'ended', end_reason = 'swept', transcripts_settled_at = ${at}::timestamptz,
        ended_at = greatest(started_at, least(${at}::timestamptz, coalesce(lease_expires_at, ${at}::timestamptz)))
      WHERE id = ${callId}::uuid AND business_id = ${businessId}::uuid AND status = 'in_progress'
        AND coalesce(lease_expires_at, started_at) < ${at}::timestamptz
      RETURNING call_sid, started_at, ended_at`;
    if (closed === undefined) return null;
    await insertFinalizeJob(tx, businessId, callId);
    return {
      outboxId: finalizeOutboxId(callId),
      callSid: closed.call_sid,
      durationMs: closed.ended_at.getTime() - closed.started_at.getTime(),
    };
  });
}

/** A call is finalised once, so its outbox row carries the call's own id: a second row cannot arise. */
function finalizeOutboxId(callId: string): string {
  return callId;
}

/** Of a call that ended again the row that was dispatched is due again. */
async function insertFinalizeJob(tx: Tx, businessId: string, callId: string): Promise<void> {
  const id = finalizeOutboxId(callId);
  await tx.outbox.upsert({
    where: { id },
    create: { id, businessId, job: 'call-finalize', payload: { businessId, callId } },
    update: { dispatchedAt: null, createdAt: new Date() },
  });
}
