import type { Database } from '../../platform/db/index.ts';

/** An analysis whose job was lost. */
export interface LostInsight {
  readonly businessId: string;
  readonly callId: string;
  readonly insightId: string;
}

/** Analyses of all businesses that were asked for minutes ago and are still awaited, the oldest first, at most `max`. */
export async function lostInsights(db: Database, now: Date, max: number): Promise<LostInsight[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string; insight_id: string }[]>`
      SELECT * FROM sweep_insights(${now.toISOString()}::timestamptz, ${max}::int)`,
  );
  return rows.map((row) => ({ businessId: row.business_id, callId: row.call_id, insightId: row.insight_id }));
}
