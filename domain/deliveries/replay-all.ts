import { randomUUID } from 'node:crypto';
import { AppError } from '../../platform/errors.ts';
import type { Database } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { requireWebhooks } from '../businesses/flags.ts';

/** Deliveries a replay takes up at most. */
export const MAX_REPLAYED = 5_000;
/** In one transaction. */
const BATCH = 500;

/** Which deliveries of a destination are sent again: those that failed from `since` until the moment it was asked for. */
export interface ReplayRequest {
  readonly destinationId: string;
  readonly since: Date;
  readonly until: Date;
}

/**
 * Asks for everything that failed at a destination since a moment to be sent again: a job, since it may be much.
 * Returns the outbox row's id, for `dispatchOutbox`.
 * @throws AppError `destination_not_found`, `destination_off`, `webhooks_closed` (all permanent)
 */
export async function requestReplay(
  db: Database,
  businessId: string,
  actor: Actor,
  { destinationId, since, until }: ReplayRequest,
): Promise<string> {
  return db.withBusiness(businessId, async (tx) => {
    const destination = await tx.destination.findFirst({ where: { id: destinationId, businessId, removedAt: null } });
    if (destination === null) throw new AppError('destination_not_found', { permanent: true });
    if (destination.status === 'off') throw new AppError('destination_off', { permanent: true });
    if (destination.kind === 'webhook') await requireWebhooks(tx, businessId);
    const id = randomUUID();
    const payload = { businessId, destinationId, since: since.toISOString(), until: until.toISOString() };
    await tx.outbox.create({ data: { id, businessId, job: 'deliveries-replay', payload } });
    const after = { since: payload.since, until: payload.until };
    await audit(tx, { businessId, actor, action: 'delivery.replayed_all', entityId: destinationId, after });
    return id;
  });
}

/** Takes up what failed, the oldest first. Run again it goes on where it was. Returns how many. */
export async function replayFailed(
  db: Database,
  businessId: string,
  { destinationId, since, until }: ReplayRequest,
  now: Date,
): Promise<number> {
  let taken = 0;
  while (taken < MAX_REPLAYED) {
    const count = await db.withBusiness(
      businessId,
      (tx) => tx.$executeRaw`
        UPDATE deliveries SET status = 'pending', next_attempt_at = ${now.toISOString()}::timestamptz,
          finished_at = NULL, cycle_start = attempt_count
        WHERE id IN (
          SELECT id FROM deliveries
          WHERE destination_id = ${destinationId}::uuid AND business_id = ${businessId}::uuid AND status = 'failed'
            AND body_removed_at IS NULL AND event <> 'test'
            AND finished_at >= ${since.toISOString()}::timestamptz AND finished_at < ${until.toISOString()}::timestamptz
          ORDER BY seq LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)`,
    );
    taken += count;
    if (count < BATCH) break;
  }
  return taken;
}
