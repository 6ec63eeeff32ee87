import type { Database } from '../../platform/db/index.ts';

/**
 * Milliseconds for which an attempt owns its delivery: longer than a request may take. When its process dies, the
 * delivery is due again afterwards.
 */
export const ATTEMPT_LEASE_MS = 30_000;

/** What the attempt row says until its outcome is known, and for ever when the process died. */
export const INTERRUPTED = 'interrupted';

/** A delivery to be sent now, by whoever holds this. */
export interface ClaimedDelivery {
  readonly kind: 'claimed';
  readonly deliveryId: string;
  readonly callId: string;
  readonly plugin: string;
  readonly export: string;
  /** Number of the attempt, 1 for the first. */
  readonly attempt: number;
  /** Which words it sends, see `planDeliveries`. */
  readonly revision: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes to send, as text. */
  readonly body: string;
}

export type Claim =
  | ClaimedDelivery
  /** Not due yet, or another worker is at it. */
  | { readonly kind: 'early'; readonly waitMs: number }
  /** Delivered, given up, or unknown. */
  | { readonly kind: 'closed' };

interface DeliveryRow {
  readonly call_id: string;
  readonly plugin: string;
  readonly export: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempt_count: number;
  readonly next_attempt_at: Date | null;
  readonly revision: number;
  readonly url: string;
  readonly headers: unknown;
  readonly body: unknown;
}

/**
 * Takes a delivery for one attempt and writes that attempt down before anything is sent. Of several that ask at once
 * one gets it: this, not the queue, is why a delivery is posted once.
 */
export async function claimDelivery(
  db: Database,
  businessId: string,
  deliveryId: string,
  now: Date = new Date(),
): Promise<Claim> {
  return db.withBusiness(businessId, async (tx): Promise<Claim> => {
    const [row] = await tx.$queryRaw<DeliveryRow[]>`
      SELECT call_id, plugin, export, status, attempt_count, next_attempt_at, revision, url, headers, body
      FROM deliveries WHERE id = ${deliveryId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE`;
    if (row === undefined || row.status !== 'pending') return { kind: 'closed' };
    const waitMs = (row.next_attempt_at?.getTime() ?? 0) - now.getTime();
    if (waitMs > 0) return { kind: 'early', waitMs };
    const attempt = row.attempt_count + 1;
    const leaseEnds = new Date(now.getTime() + ATTEMPT_LEASE_MS);
    await tx.$executeRaw`
      WITH claimed AS (
        UPDATE deliveries SET attempt_count = ${attempt}::int, next_attempt_at = ${leaseEnds.toISOString()}::timestamptz
        WHERE id = ${deliveryId}::uuid AND business_id = ${businessId}::uuid)
      INSERT INTO delivery_attempts (id, business_id, delivery_id, number, started_at, duration_ms, error)
      VALUES (gen_random_uuid(), ${businessId}::uuid, ${deliveryId}::uuid, ${attempt}::int,
              ${now.toISOString()}::timestamptz, 0, ${INTERRUPTED})`;
    return {
      kind: 'claimed',
      deliveryId,
      callId: row.call_id,
      plugin: row.plugin,
      export: row.export,
      attempt,
      revision: row.revision,
      url: row.url,
      // Sound: written by finalizeCall from PlannedExport.headers.
      headers: row.headers as Record<string, string>,
      body: typeof row.body === 'string' ? row.body : JSON.stringify(row.body),
    };
  });
}
