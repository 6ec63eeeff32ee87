import type { Database, Tx } from '../../platform/db/index.ts';
import { ATTEMPT_LEASE_MS, DESTINATION_OFF, INTERRUPTED, TEST_EVENT } from './marks.ts';

/** Attempts at a time at a destination without a success for a minute: one that hangs holds one place of a worker. */
const MAX_CONCURRENT_WHILE_FAILING = 1;
/** Attempts a destination may be ahead of its rate. */
const BURST = 20;

/** A delivery to be sent now, by whoever holds this. */
export interface ClaimedDelivery {
  readonly kind: 'claimed';
  readonly deliveryId: string;
  readonly destinationId: string;
  readonly callId: string | null;
  readonly plugin: string;
  readonly export: string;
  readonly event: string;
  /** Number of the attempt, 1 for the first. */
  readonly attempt: number;
  /** The same, counted since the delivery was last sent again by hand. */
  readonly attemptOfCycle: number;
  /** Which words it sends, see `writeDeliveries`. */
  readonly revision: number;
  /** Empty for a webhook. */
  readonly url: string;
  /** Address and secrets of a webhook, sealed; null for an export of a plugin. */
  readonly webhook: SealedWebhook | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes to send, as text. */
  readonly body: string;
}

/** What a webhook is sent with. */
export interface SealedWebhook {
  readonly urlSealed: string;
  /** One, or two while a rotation's overlap lasts; the newest first. */
  readonly secretsSealed: readonly string[];
}

export type Claim =
  | ClaimedDelivery
  /** Not due yet, or another worker is at it. */
  | { readonly kind: 'early'; readonly waitMs: number }
  /** Its turn comes when an earlier one of its subject, or one of those running, is through; that one takes it up. */
  | { readonly kind: 'behind' }
  /** The destination is held back (its rate, a pause it asked for): it is to be looked at again after `waitMs`. */
  | { readonly kind: 'held'; readonly waitMs: number; readonly destinationId: string }
  /** Delivered, given up, or unknown. */
  | { readonly kind: 'closed' };

interface DeliveryRow {
  readonly destination_id: string;
  readonly call_id: string | null;
  readonly plugin: string;
  readonly export: string;
  readonly event: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempt_count: number;
  readonly cycle_start: number;
  readonly next_attempt_at: Date | null;
  readonly revision: number;
  readonly url: string;
  readonly headers: unknown;
  readonly body: unknown;
  readonly kind: string;
  readonly off: boolean;
  readonly url_sealed: string | null;
  readonly secret_sealed: string | null;
  readonly previous_secret_sealed: string | null;
  readonly failing: boolean;
  readonly max_concurrent: number;
  readonly max_per_second: number;
  readonly rate_at: Date | null;
  readonly paused_until: Date | null;
  readonly setting_url: string | null;
  readonly running: number;
  readonly behind: boolean;
}

/**
 * Takes a delivery for one attempt and writes that attempt down before anything is sent. Of several that ask at once
 * one gets it: this, not the queue, is why a delivery is posted once. The destination's limits are kept here as well,
 * on whichever queue the jobs are.
 */
export async function claimDelivery(
  db: Database,
  businessId: string,
  deliveryId: string,
  now: Date = new Date(),
): Promise<Claim> {
  return db.withBusiness(businessId, async (tx): Promise<Claim> => {
    // Claims at one destination follow each other: a statement of its own, so that the next reads what they wrote.
    await tx.$queryRaw`
      SELECT id FROM destinations
      WHERE id = (SELECT destination_id FROM deliveries WHERE id = ${deliveryId}::uuid) FOR NO KEY UPDATE`;
    const row = await readClaimable(tx, businessId, deliveryId, now);
    if (row === null || row.status !== 'pending') return { kind: 'closed' };
    const waitMs = (row.next_attempt_at?.getTime() ?? 0) - now.getTime();
    if (waitMs > 0) return { kind: 'early', waitMs };
    if (row.off && row.event !== TEST_EVENT) {
      await tx.delivery.update({
        where: { id: deliveryId },
        data: { status: 'failed', lastError: DESTINATION_OFF, nextAttemptAt: null, finishedAt: now },
      });
      return { kind: 'closed' };
    }
    const limit = row.failing ? MAX_CONCURRENT_WHILE_FAILING : row.max_concurrent;
    if (row.behind || row.running >= limit) return { kind: 'behind' };
    const rateAt = Math.max(now.getTime(), row.rate_at?.getTime() ?? 0);
    const gapMs = 1_000 / row.max_per_second;
    const heldMs = Math.max((row.paused_until?.getTime() ?? 0) - now.getTime(), rateAt - now.getTime() - BURST * gapMs);
    if (heldMs > 0) return { kind: 'held', waitMs: Math.ceil(heldMs), destinationId: row.destination_id };
    await takeUp(tx, businessId, deliveryId, row, now, new Date(rateAt + gapMs));
    return claimed(deliveryId, row);
  });
}

async function readClaimable(tx: Tx, businessId: string, deliveryId: string, now: Date): Promise<DeliveryRow | null> {
  const at = now.toISOString();
  const [row] = await tx.$queryRaw<DeliveryRow[]>`
    SELECT d.destination_id, d.call_id, d.plugin, d.export, d.event, d.status, d.attempt_count, d.cycle_start,
           d.next_attempt_at, d.revision, d.url, d.headers, d.body,
           x.kind, x.status = 'off' OR x.removed_at IS NOT NULL AS off, x.url_sealed, x.secret_sealed,
           CASE WHEN x.previous_secret_until > ${at}::timestamptz THEN x.previous_secret_sealed END
             AS previous_secret_sealed,
           coalesce(x.failing_since < ${at}::timestamptz - interval '1 minute', false) AS failing, x.max_concurrent, x.max_per_second, x.rate_at, x.paused_until,
           CASE x.kind WHEN 'monday' THEN
             (SELECT s.monday_webhook_url FROM business_settings s WHERE s.business_id = d.business_id) END
             AS setting_url,
           (SELECT count(*)::int FROM deliveries r
            WHERE r.destination_id = d.destination_id AND r.sending_until > ${at}::timestamptz) AS running,
           EXISTS (SELECT 1 FROM deliveries e WHERE e.destination_id = d.destination_id AND e.subject = d.subject
                     AND e.seq < d.seq AND e.status = 'pending') AS behind
    FROM deliveries d JOIN destinations x ON x.id = d.destination_id
    WHERE d.id = ${deliveryId}::uuid AND d.business_id = ${businessId}::uuid FOR UPDATE OF d`;
  return row ?? null;
}

async function takeUp(
  tx: Tx,
  businessId: string,
  deliveryId: string,
  row: DeliveryRow,
  now: Date,
  rateAt: Date,
): Promise<void> {
  const leaseEnds = new Date(now.getTime() + ATTEMPT_LEASE_MS).toISOString();
  await tx.$executeRaw`
    WITH claimed AS (
      UPDATE deliveries SET attempt_count = attempt_count + 1, next_attempt_at = ${leaseEnds}::timestamptz,
        sending_until = ${leaseEnds}::timestamptz
      WHERE id = ${deliveryId}::uuid AND business_id = ${businessId}::uuid),
    paced AS (
      UPDATE destinations SET rate_at = ${rateAt.toISOString()}::timestamptz
      WHERE id = ${row.destination_id}::uuid AND business_id = ${businessId}::uuid)
    INSERT INTO delivery_attempts (id, business_id, delivery_id, number, started_at, duration_ms, error)
    VALUES (gen_random_uuid(), ${businessId}::uuid, ${deliveryId}::uuid, ${row.attempt_count + 1}::int,
            ${now.toISOString()}::timestamptz, 0, ${INTERRUPTED})`;
}

function claimed(deliveryId: string, row: DeliveryRow): ClaimedDelivery {
  const attempt = row.attempt_count + 1;
  const secrets = [row.secret_sealed, row.previous_secret_sealed].filter((secret) => secret !== null);
  return {
    kind: 'claimed',
    deliveryId,
    destinationId: row.destination_id,
    callId: row.call_id,
    plugin: row.plugin,
    export: row.export,
    event: row.event,
    attempt,
    attemptOfCycle: attempt - row.cycle_start,
    revision: row.revision,
    // The setting is the source of truth: an address that was put right serves what was planned before as well.
    url: row.setting_url ?? row.url,
    webhook: row.url_sealed === null ? null : { urlSealed: row.url_sealed, secretsSealed: secrets },
    // Sound: written by writeDeliveries, texts only.
    headers: row.headers as Record<string, string>,
    body: typeof row.body === 'string' ? row.body : JSON.stringify(row.body),
  };
}

/** How many of the oldest that wait are chosen from. */
const CHOICE = 64;

/**
 * Up to `max` deliveries of a destination that could go now, from among its oldest. Whoever frees a place, or finds one
 * held back, takes these up. Chosen by chance: many look at the same moment, and the very oldest would be taken up by
 * all of them; and the job of one that died with its worker keeps others from being made for it, for a while.
 */
export async function waitingAt(
  tx: Tx,
  destinationId: string,
  now: Date,
  max: number,
): Promise<{ deliveryId: string; nextAttemptAt: Date }[]> {
  const at = now.toISOString();
  const rows = await tx.$queryRaw<{ id: string; next_attempt_at: Date }[]>`
    WITH oldest AS (
      SELECT d.id, d.next_attempt_at, d.seq FROM deliveries d
      WHERE d.destination_id = ${destinationId}::uuid AND d.status = 'pending'
        AND d.next_attempt_at <= ${at}::timestamptz
        AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.destination_id = d.destination_id AND e.subject = d.subject
                          AND e.seq < d.seq AND e.status = 'pending')
      ORDER BY d.next_attempt_at, d.seq
      LIMIT ${CHOICE}::int),
    chosen AS (SELECT * FROM oldest ORDER BY random() LIMIT ${max}::int)
    SELECT id, next_attempt_at FROM chosen ORDER BY next_attempt_at, seq`;
  return rows.map((row) => ({ deliveryId: row.id, nextAttemptAt: row.next_attempt_at }));
}
