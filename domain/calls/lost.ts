import type { Database } from '../../platform/db/index.ts';

/** Longer than the process of a call takes to renew its lease again once the database is back, ms. */
const RENEWAL_GRACE_MS = 15_000;

/** A call that lost its process or its job. */
export interface LostCall {
  readonly businessId: string;
  readonly callId: string;
  readonly kind: 'lease_expired' | 'unsettled' | 'unfinalized';
}

/**
 * Calls of all businesses that need the sweep, the oldest first, at most `max`. While the database was away no lease
 * could be renewed: for a moment after its start a lease that has passed says nothing about the call's process.
 */
export async function lostCalls(db: Database, now: Date, max: number): Promise<LostCall[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string; kind: LostCall['kind'] }[]>`
      SELECT * FROM sweep_calls(${now.toISOString()}::timestamptz, ${max}::int)
      WHERE kind <> 'lease_expired'
        OR ${now.toISOString()}::timestamptz NOT BETWEEN pg_postmaster_start_time()
          AND pg_postmaster_start_time() + ${RENEWAL_GRACE_MS} * interval '1 millisecond'`,
  );
  return rows.map((row) => ({ businessId: row.business_id, callId: row.call_id, kind: row.kind }));
}
