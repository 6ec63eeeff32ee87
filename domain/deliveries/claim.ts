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
    await tx.$queryRaw`
      SELECT id FROM deliveries WHERE id = ${deliveryId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE`;
    const row = await tx.delivery.findUnique({ where: { id: deliveryId, businessId } });
    if (row === null || row.status !== 'pending') return { kind: 'closed' };
    const waitMs = (row.nextAttemptAt?.getTime() ?? 0) - now.getTime();
    if (waitMs > 0) return { kind: 'early', waitMs };
    const attempt = row.attemptCount + 1;
    await tx.delivery.update({
      where: { id: deliveryId },
      data: { attemptCount: attempt, nextAttemptAt: new Date(now.getTime() + ATTEMPT_LEASE_MS) },
    });
    await tx.deliveryAttempt.create({
      data: { businessId, deliveryId, number: attempt, startedAt: now, durationMs: 0, error: INTERRUPTED },
    });
    return {
      kind: 'claimed',
      deliveryId,
      callId: row.callId,
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
