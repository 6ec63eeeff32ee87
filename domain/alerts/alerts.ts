import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';

/** What the model's account is refused for: settled as soon as the model answers. */
export const MODEL_ALERTS = ['model_quota', 'model_key'] as const;
/** What only the business's owner can mend. */
export const ALERT_KINDS = [...MODEL_ALERTS, 'deliveries_failing', 'destination_off'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** An alert nobody has settled yet. */
export interface OpenAlert {
  readonly kind: AlertKind;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** How often it was seen since the first time. */
  readonly count: number;
}

/** What the model's account is refused for; null for errors that pass by themselves. `code`: the vendor's or the socket's. */
export function alertForCode(code: string): (typeof MODEL_ALERTS)[number] | null {
  if (code === 'insufficient_quota' || code === 'billing_hard_limit_reached') return 'model_quota';
  return ['invalid_api_key', 'account_deactivated', 'http_401', 'http_403'].includes(code) ? 'model_key' : null;
}

/** Raises an alert, or counts it once more while it is open. There is one of a kind; one that was settled begins anew. */
export async function raiseAlert(db: Database, businessId: string, kind: AlertKind, now = new Date()): Promise<void> {
  await db.withBusiness(businessId, (tx) => raiseAlertIn(tx, businessId, kind, now));
}

/**
 * The same in a transaction of the caller's. One that was seen, or put away, within the last `quietMs` milliseconds is
 * left as it is.
 */
export async function raiseAlertIn(tx: Tx, businessId: string, kind: AlertKind, now: Date, quietMs = 0): Promise<void> {
  const at = now.toISOString();
  await tx.$executeRaw`
    INSERT INTO alerts AS a (id, business_id, kind, first_seen_at, last_seen_at)
    VALUES (${randomUUID()}::uuid, ${businessId}::uuid, ${kind}, ${at}::timestamptz, ${at}::timestamptz)
    ON CONFLICT (business_id, kind) DO UPDATE SET
      first_seen_at = CASE WHEN a.resolved_at IS NULL THEN a.first_seen_at ELSE excluded.first_seen_at END,
      count = CASE WHEN a.resolved_at IS NULL THEN a.count + 1 ELSE 1 END,
      last_seen_at = excluded.last_seen_at,
      resolved_at = NULL
    WHERE ${quietMs}::float8 = 0 OR a.last_seen_at < ${at}::timestamptz - ${quietMs}::float8 * interval '1 millisecond'`;
}

/** Settles the open alerts of these kinds: what they warned of works again. Returns how many. */
export async function resolveAlerts(
  db: Database,
  businessId: string,
  kinds: readonly AlertKind[],
  now = new Date(),
): Promise<number> {
  return db.withBusiness(businessId, (tx) => resolveAlertsIn(tx, businessId, kinds, now));
}

/** Settles an alert because somebody put it away. False when it was not open. */
export async function putAwayAlert(
  db: Database,
  businessId: string,
  kind: AlertKind,
  actor: Actor,
  now = new Date(),
): Promise<boolean> {
  return db.withBusiness(businessId, async (tx) => {
    if ((await resolveAlertsIn(tx, businessId, [kind], now)) === 0) return false;
    await audit(tx, { businessId, actor, action: 'alert.resolved', before: null, after: { kind } });
    return true;
  });
}

/** The same in a transaction of the caller's. */
export async function resolveAlertsIn(
  tx: Tx,
  businessId: string,
  kinds: readonly AlertKind[],
  now: Date,
): Promise<number> {
  const { count } = await tx.alert.updateMany({
    where: { businessId, kind: { in: [...kinds] }, resolvedAt: null },
    data: { resolvedAt: now },
  });
  return count;
}

/** The open alerts of a business, the latest first. */
export async function openAlerts(db: Database, businessId: string): Promise<readonly OpenAlert[]> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.alert.findMany({
      where: { businessId, resolvedAt: null, kind: { in: [...ALERT_KINDS] } },
      orderBy: { lastSeenAt: 'desc' },
    }),
  );
  return rows.map(({ kind, firstSeenAt, lastSeenAt, count }) => ({
    // Sound: the query names the kinds.
    kind: kind as AlertKind,
    firstSeenAt,
    lastSeenAt,
    count,
  }));
}
