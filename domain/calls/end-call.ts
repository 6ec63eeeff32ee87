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

/**
 * Writes a call's end and, in the same transaction, the outbox row whose job finalises it. Idempotent: the first end
 * and its reason stay. `swept` alone gives way: it says that nobody knew how the call ended, and now somebody does; the
 * call is then finalised again. Returns the outbox row's id, for `dispatchOutbox` to enqueue at once.
 */
export async function endCall(db: Database, businessId: string, callId: string, end: CallEnd): Promise<string> {
  await db.withBusiness(businessId, (tx) => endCalls(tx, businessId, [{ callId, end }]));
  return finalizeOutboxId(callId);
}

/** The same for any number of calls of a business, in one statement. */
export async function endCalls(
  tx: Tx,
  businessId: string,
  calls: readonly { readonly callId: string; readonly end: CallEnd }[],
): Promise<void> {
  const rows = JSON.stringify(
    calls.map(({ callId, end }) => ({
      call_id: callId,
      end_reason: end.endReason,
      ended_at: end.endedAt.toISOString(),
      held_ms: Math.round(end.heldMs),
      timings: end.timings,
    })),
  );
  await tx.$executeRaw`
    WITH ended AS (
      UPDATE calls c SET status = 'ended', end_reason = e.end_reason, ended_at = e.ended_at, held_ms = e.held_ms,
        timings = e.timings, transcripts_settled_at = NULL, finalized_at = NULL, transcript = NULL
      FROM jsonb_to_recordset(${rows}::jsonb) AS e(
        call_id uuid, end_reason text, ended_at timestamptz, held_ms int, timings jsonb)
      WHERE c.id = e.call_id AND c.business_id = ${businessId}::uuid
        AND (c.status = 'in_progress' OR c.end_reason = 'swept') AND c.erased_at IS NULL
      RETURNING c.id)
    INSERT INTO outbox (id, business_id, job, payload)
    SELECT id, ${businessId}::uuid, ${FINALIZE_JOB}, jsonb_build_object('businessId', ${businessId}::text, 'callId', id)
    FROM ended
    -- Of a call that ended again the row that was dispatched is due again.
    ON CONFLICT (id) DO UPDATE SET dispatched_at = NULL, created_at = now()`;
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
  const count = await db.withBusiness(businessId, (tx) => settleCalls(tx, businessId, [callId], now));
  return count > 0;
}

/** The same for any number of calls of a business. Returns how many that changed. */
export async function settleCalls(tx: Tx, businessId: string, callIds: readonly string[], now: Date): Promise<number> {
  const { count } = await tx.call.updateMany({
    where: { id: { in: [...callIds] }, businessId, status: { not: 'in_progress' }, transcriptsSettledAt: null },
    data: { transcriptsSettledAt: now },
  });
  return count;
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

const FINALIZE_JOB = 'call-finalize';

/** A call is finalised once, so its outbox row carries the call's own id: a second row cannot arise. */
function finalizeOutboxId(callId: string): string {
  return callId;
}

/** Of a call that ended again the row that was dispatched is due again. */
export async function insertFinalizeJob(tx: Tx, businessId: string, callId: string): Promise<void> {
  const id = finalizeOutboxId(callId);
  await tx.outbox.upsert({
    where: { id },
    create: { id, businessId, job: FINALIZE_JOB, payload: { businessId, callId } },
    update: { dispatchedAt: null, createdAt: new Date() },
  });
}
