import type { Database } from '../../platform/db/index.ts';

/** Where a detail of a lead was said. */
export interface FieldOrigin {
  readonly callSid: string;
  /** Ids of the turns that say it. */
  readonly turns: readonly string[];
}

/**
 * For each detail of a lead the latest call whose analysis found it, with the turns it came from. A detail that was
 * captured without an analysis has no entry.
 */
export async function fieldOrigins(
  db: Database,
  businessId: string,
  leadId: string,
): Promise<Readonly<Record<string, FieldOrigin>>> {
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<{ key: string; call_sid: string; turns: string[] }[]>`
      SELECT DISTINCT ON (f.key) f.key, c.call_sid, f.turns
      FROM calls c
      JOIN call_insights i ON i.call_id = c.id AND i.status = 'done'
      CROSS JOIN LATERAL jsonb_to_recordset(i.fields) AS f(key text, value text, turns jsonb)
      WHERE c.lead_id = ${leadId}::uuid AND c.business_id = ${businessId}::uuid
      ORDER BY f.key, c.started_at DESC`,
  );
  return Object.fromEntries(rows.map((row) => [row.key, { callSid: row.call_sid, turns: row.turns }]));
}
