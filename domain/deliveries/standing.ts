import type { Tx } from '../../platform/db/index.ts';
import { raiseAlertIn, resolveAlertsIn } from '../alerts/alerts.ts';
import { audit, systemActor } from '../audit/index.ts';
import type { AttemptOutcome } from './outcome.ts';
import { DESTINATION_OFF, TEST_EVENT } from './marks.ts';

/** A destination is turned off when it has failed for so long, ms, and on as many days, without a success. */
const OFF_AFTER_MS = 5 * 24 * 3_600_000;
const OFF_AFTER_DAYS = 5;
/** The owner is told of a destination that has failed for so long, ms. */
const TELL_AFTER_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** What an attempt changed about its destination. */
export type Standing = 'unchanged' | 'works_again' | 'turned_off';

/** It took a delivery: whatever stood against it is settled. Nothing is written for one that works anyway. */
export async function noteSuccess(tx: Tx, businessId: string, destinationId: string): Promise<Standing> {
  const { count } = await tx.destination.updateMany({
    where: { id: destinationId, businessId, failingSince: { not: null } },
    data: { failingSince: null, failingDays: 0, pausedUntil: null },
  });
  if (count === 0) return 'unchanged';
  await settleAlerts(tx, businessId);
  return 'works_again';
}

/**
 * It did not take a delivery. After 410 it is turned off at once, after five days without a success as well; the owner
 * is told when a delivery is given up or it has failed for an hour, and when it is turned off.
 */
export async function noteFailure(
  tx: Tx,
  businessId: string,
  destinationId: string,
  outcome: AttemptOutcome,
  now: Date,
): Promise<Standing> {
  const at = now.toISOString();
  const [row] = await tx.$queryRaw<{ failing_since: Date; failing_days: number; status: string; name: string }[]>`
    UPDATE destinations SET
      failing_since = coalesce(failing_since, ${at}::timestamptz),
      failing_days = failing_days + CASE
        WHEN failing_since IS NULL OR last_failure_at IS NULL
          OR (last_failure_at AT TIME ZONE 'UTC')::date < (${at}::timestamptz AT TIME ZONE 'UTC')::date
        THEN 1 ELSE 0 END,
      last_failure_at = ${at}::timestamptz,
      paused_until = coalesce(${outcome.pausedUntil?.toISOString() ?? null}::timestamptz, paused_until)
    WHERE id = ${destinationId}::uuid AND business_id = ${businessId}::uuid
    RETURNING failing_since, failing_days, status::text, name`;
  if (row === undefined || row.status === 'off') return 'unchanged';
  const failingMs = now.getTime() - row.failing_since.getTime();
  const gone = outcome.statusCode === 410;
  if (gone || (failingMs >= OFF_AFTER_MS && row.failing_days >= OFF_AFTER_DAYS)) {
    await turnOff(tx, businessId, destinationId, gone ? 'gone' : 'failing', now);
    await audit(tx, {
      businessId,
      actor: systemActor('deliver'),
      action: 'destination.turned_off',
      entityId: destinationId,
      before: { status: 'active' },
      after: { status: 'off', reason: gone ? 'gone' : 'failing' },
    });
    await raiseAlertIn(tx, businessId, 'destination_off', now);
    return 'turned_off';
  }
  // Once a day is enough to be told.
  const lost = outcome.nextAttemptAt === null;
  if (lost || failingMs >= TELL_AFTER_MS) await raiseAlertIn(tx, businessId, 'deliveries_failing', now, DAY_MS);
  return 'unchanged';
}

/** Why a destination is off. */
export type OffReason = 'by_hand' | 'gone' | 'failing';

/** Turns a destination off; what waited for it is kept as failed, for a replay when it is on again. */
export async function turnOff(
  tx: Tx,
  businessId: string,
  destinationId: string,
  reason: OffReason,
  now: Date,
): Promise<void> {
  await tx.destination.updateMany({
    where: { id: destinationId, businessId },
    data: { status: 'off', offReason: reason, offAt: now },
  });
  await tx.delivery.updateMany({
    where: { destinationId, businessId, status: 'pending', sendingUntil: null, event: { not: TEST_EVENT } },
    data: { status: 'failed', lastError: DESTINATION_OFF, nextAttemptAt: null, finishedAt: now },
  });
}

/** Settles the alerts about destinations that no destination gives a reason for any more. */
export async function settleAlerts(tx: Tx, businessId: string, now: Date = new Date()): Promise<void> {
  const known = await tx.destination.findMany({
    where: { businessId, removedAt: null, OR: [{ status: 'off' }, { failingSince: { not: null } }] },
    select: { status: true, offReason: true, failingSince: true },
  });
  const off = known.some(({ status, offReason }) => status === 'off' && offReason !== 'by_hand');
  const failing = known.some(({ status, failingSince }) => status === 'active' && failingSince !== null);
  await resolveAlertsIn(
    tx,
    businessId,
    [...(off ? [] : (['destination_off'] as const)), ...(failing ? [] : (['deliveries_failing'] as const))],
    now,
  );
}
