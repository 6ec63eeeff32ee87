import { randomUUID } from 'node:crypto';
import type { Tx } from '../../platform/db/index.ts';
import { readFlags } from '../businesses/flags.ts';
import { tellInsight } from './tell.ts';
import type { UnavailableReason } from './types.ts';

const ANALYSE_JOB = 'call-analyze';

/**
 * Asks for a call's analysis, in the transaction that makes its transcript final; asked for again, an earlier one gives
 * way. `missing`: why there is no transcript; then there is nothing to analyse, and the row says so, as it does where the
 * business is not to have analyses. Returns the outbox
 * row to dispatch, or null.
 */
export async function requestInsight(
  tx: Tx,
  { businessId, callId }: { readonly businessId: string; readonly callId: string },
  missing: string | null,
  now: Date,
): Promise<string | null> {
  const reason = missing === null ? await whyClosed(tx, businessId) : 'transcript_unavailable';
  const status = reason === null ? 'pending' : 'unavailable';
  const at = now.toISOString();
  // The row and the job share their id: one call, one row, one job at a time.
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    WITH asked AS (
      INSERT INTO call_insights AS i (id, business_id, call_id, status, reason, detail, created_at, requested_at)
      VALUES (${randomUUID()}::uuid, ${businessId}::uuid, ${callId}::uuid, ${status}::insight_status, ${reason},
        ${missing}, ${at}::timestamptz, ${at}::timestamptz)
      ON CONFLICT (call_id) DO UPDATE SET status = excluded.status, reason = excluded.reason,
        detail = excluded.detail, analysed_at = NULL,
        requested_at = greatest(excluded.requested_at, i.requested_at + interval '1 millisecond')
      RETURNING id)
    INSERT INTO outbox (id, business_id, job, payload)
    SELECT id, ${businessId}::uuid, ${ANALYSE_JOB},
      jsonb_build_object('businessId', ${businessId}::text, 'callId', ${callId}::text)
    FROM asked WHERE ${reason === null}
    ON CONFLICT (id) DO UPDATE SET dispatched_at = NULL, created_at = now()
    RETURNING id`;
  if (reason !== null) await tellInsight(tx, businessId, callId, now);
  return row?.id ?? null;
}

async function whyClosed(tx: Tx, businessId: string): Promise<UnavailableReason | null> {
  const { insights } = await readFlags(tx, businessId);
  return insights ? null : 'analysis_closed';
}
