import type { Database } from '../../platform/db/index.ts';

/** A call that lost its process or its job. */
export interface LostCall {
  readonly businessId: string;
  readonly callId: string;
  readonly kind: 'lease_expired' | 'unsettled' | 'unfinalized';
}

/** Calls of all businesses that need the sweep, the oldest first, at most `max`. */
export async function lostCalls(db: Database, now: Date, max: number): Promise<LostCall[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string; kind: LostCall['kind'] }[]>`
      SELECT * FROM sweep_calls(${now.toISOString()}::timestamptz, ${max}::int)`,
  );
  return rows.map((row) => ({ businessId: row.business_id, callId: row.call_id, kind: row.kind }));
}
