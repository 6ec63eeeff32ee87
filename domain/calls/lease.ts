import type { Database, Tx } from '../../platform/db/index.ts';

/** What {@link renewLease} found. */
export interface RenewedLeases {
  /** Calls in progress; those left out were ended by somebody else. */
  readonly alive: readonly string[];
  /** Of these, calls that had been taken for dead: they are in progress again. */
  readonly revived: readonly string[];
}

/**
 * Says that these calls are alive until `until`. Called every few seconds by the process that runs them; a call whose
 * lease has passed is closed by the sweep. Never shortens a lease.
 *
 * A process that was cut off from the database for longer than its lease finds its calls swept while people still
 * talk: they are taken back, and what the sweep made final is made final again when they really end. A call that ended
 * in any other way stays ended.
 */
export async function renewLease(
  db: Database,
  businessId: string,
  callIds: readonly string[],
  until: Date,
): Promise<RenewedLeases> {
  if (callIds.length === 0) return { alive: [], revived: [] };
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<{ id: string; revived: boolean }[]>`
      WITH mine AS (
        SELECT id, status <> 'in_progress' AS revived FROM calls
        WHERE id = ANY(${[...callIds]}::uuid[]) AND business_id = ${businessId}::uuid
          AND (status = 'in_progress' OR end_reason = 'swept') AND erased_at IS NULL
        -- In the order in which writeCalls takes them too: neither waits for the other in a circle.
        ORDER BY id FOR UPDATE
      )
      UPDATE calls c SET lease_expires_at = greatest(c.lease_expires_at, ${until.toISOString()}::timestamptz),
        status = 'in_progress', end_reason = NULL, ended_at = NULL,
        transcripts_settled_at = NULL, finalized_at = NULL, transcript = NULL
      FROM mine WHERE c.id = mine.id
      RETURNING c.id, mine.revived`,
  );
  return { alive: rows.map(({ id }) => id), revived: rows.filter(({ revived }) => revived).map(({ id }) => id) };
}

/** Notes when the call's first media stream began; later streams leave it as it is. */
export async function noteStreamStarted(db: Database, businessId: string, callId: string, at: Date): Promise<void> {
  await db.withBusiness(businessId, (tx) => noteStreams(tx, businessId, [{ callId, at }]));
}

/** The same for any number of calls of a business, in one statement. */
export async function noteStreams(
  tx: Tx,
  businessId: string,
  calls: readonly { readonly callId: string; readonly at: Date }[],
): Promise<void> {
  const rows = JSON.stringify(calls.map(({ callId, at }) => ({ call_id: callId, at: at.toISOString() })));
  await tx.$executeRaw`
    UPDATE calls c SET stream_started_at = s.at
    FROM jsonb_to_recordset(${rows}::jsonb) AS s(call_id uuid, at timestamptz)
    WHERE c.id = s.call_id AND c.business_id = ${businessId}::uuid AND c.stream_started_at IS NULL`;
}
