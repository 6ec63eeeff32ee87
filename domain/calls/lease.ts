import type { Database } from '../../platform/db/index.ts';

/**
 * Says that these calls are alive until `until`. Called every few seconds by the process that runs them; a call whose
 * lease has passed is closed by the sweep. Never shortens a lease, never revives an ended call.
 * Returns the ids that are still in progress: the others were ended by somebody else.
 */
export async function renewLease(
  db: Database,
  businessId: string,
  callIds: readonly string[],
  until: Date,
): Promise<string[]> {
  if (callIds.length === 0) return [];
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      UPDATE calls SET lease_expires_at = greatest(lease_expires_at, ${until.toISOString()}::timestamptz)
      WHERE id = ANY(${[...callIds]}::uuid[]) AND business_id = ${businessId}::uuid AND status = 'in_progress'
      RETURNING id`,
  );
  return rows.map((row) => row.id);
}

/** Notes when the call's first media stream began; later streams leave it as it is. */
export async function noteStreamStarted(db: Database, businessId: string, callId: string, at: Date): Promise<void> {
  await db.withBusiness(businessId, (tx) =>
    tx.call.updateMany({ where: { id: callId, businessId, streamStartedAt: null }, data: { streamStartedAt: at } }),
  );
}
