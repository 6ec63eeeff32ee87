import type { Database } from '../../platform/db/index.ts';

/** How a destination does: of the last 24 hours, unless it says otherwise. */
export interface DestinationHealth {
  readonly destinationId: string;
  /** monday | plugin | webhook */
  readonly kind: string;
  readonly name: string;
  readonly events: readonly string[];
  readonly status: 'active' | 'off';
  readonly offReason: string | null;
  readonly offAt: Date | null;
  readonly failingSince: Date | null;
  readonly removed: boolean;
  readonly overlapUntil: Date | null;
  readonly delivered: number;
  readonly failed: number;
  /** Waiting now, since whenever. */
  readonly pending: number;
  /** Of attempts that brought it there, ms; null without one. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Of all time. */
  readonly lastSuccessAt: Date | null;
}

interface Row {
  id: string;
  kind: string;
  name: string;
  events: string[];
  status: 'active' | 'off';
  off_reason: string | null;
  off_at: Date | null;
  failing_since: Date | null;
  removed_at: Date | null;
  previous_secret_until: Date | null;
  delivered: number;
  failed: number;
  pending: number;
  p50: number | null;
  p95: number | null;
  last_success_at: Date | null;
}

/** Every destination of a business with how it does, in one query; removed ones only while they have deliveries in view. */
export async function destinationsOf(
  db: Database,
  businessId: string,
  now: Date = new Date(),
): Promise<DestinationHealth[]> {
  const at = now.toISOString();
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT x.id, x.kind, x.name, x.events, x.status::text, x.off_reason, x.off_at, x.failing_since, x.removed_at,
             CASE WHEN x.previous_secret_until > ${at}::timestamptz THEN x.previous_secret_until END
               AS previous_secret_until,
             coalesce(day.delivered, 0)::int AS delivered, coalesce(day.failed, 0)::int AS failed,
             day.p50::float8 AS p50, day.p95::float8 AS p95,
             (SELECT count(*)::int FROM deliveries d WHERE d.destination_id = x.id AND d.status = 'pending') AS pending,
             (SELECT max(d.finished_at) FROM deliveries d
              WHERE d.destination_id = x.id AND d.status = 'delivered') AS last_success_at
      FROM destinations x
      LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE d.status = 'delivered') AS delivered,
               count(*) FILTER (WHERE d.status = 'failed') AS failed,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY a.duration_ms) AS p50,
               percentile_disc(0.95) WITHIN GROUP (ORDER BY a.duration_ms) AS p95
        FROM deliveries d
        LEFT JOIN delivery_attempts a
          ON a.delivery_id = d.id AND a.number = d.attempt_count AND a.error IS NULL
        WHERE d.destination_id = x.id AND d.finished_at > ${at}::timestamptz - interval '24 hours') day ON true
      WHERE x.business_id = ${businessId}::uuid
      ORDER BY x.removed_at IS NOT NULL, x.created_at, x.id`,
  );
  return rows.map((row) => ({
    destinationId: row.id,
    kind: row.kind,
    name: row.name,
    events: row.events,
    status: row.status,
    offReason: row.off_reason,
    offAt: row.off_at,
    failingSince: row.failing_since,
    removed: row.removed_at !== null,
    overlapUntil: row.previous_secret_until,
    delivered: row.delivered,
    failed: row.failed,
    pending: row.pending,
    p50Ms: row.p50,
    p95Ms: row.p95,
    lastSuccessAt: row.last_success_at,
  }));
}
