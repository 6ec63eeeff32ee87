import type { Database } from '../../platform/db/index.ts';
import { storableText } from '../text/storable.ts';
import type { AttemptVerdict } from './schedule.ts';

/** Characters kept of an answer. */
export const MAX_RESPONSE_TEXT = 500;

/** How an attempt went. */
export interface AttemptOutcome {
  /** Number of the attempt, as claimed. */
  readonly attempt: number;
  /** Of the words it sent, as claimed. */
  readonly revision: number;
  readonly durationMs: number;
  /** HTTP status, or null when no answer came. */
  readonly statusCode: number | null;
  /** Error code; null when delivered. */
  readonly error: string | null;
  readonly responseText: string | null;
  readonly verdict: AttemptVerdict;
  /** When to try again: with the verdict `retry`, null when this was the last attempt. */
  readonly nextAttemptAt: Date | null;
}

/**
 * Writes down how an attempt went and what follows for its delivery. An attempt that comes back after its time was up
 * is written down too, but changes the delivery only when it delivered it; one whose words were replaced meanwhile
 * changes nothing. Returns the delivery's status now.
 */
export async function recordAttempt(
  db: Database,
  businessId: string,
  deliveryId: string,
  outcome: AttemptOutcome,
  now: Date = new Date(),
): Promise<'pending' | 'delivered' | 'failed'> {
  const { revision } = outcome;
  return db.withBusiness(businessId, async (tx) => {
    await tx.deliveryAttempt.updateMany({
      where: { deliveryId, businessId, number: outcome.attempt },
      data: {
        durationMs: Math.round(outcome.durationMs),
        statusCode: outcome.statusCode,
        error: outcome.error,
        responseText: outcome.responseText === null ? null : excerpt(outcome.responseText),
      },
    });
    if (outcome.verdict === 'delivered') {
      await tx.delivery.updateMany({
        where: { id: deliveryId, businessId, revision, status: { not: 'delivered' } },
        data: { status: 'delivered', finishedAt: now, nextAttemptAt: null, lastError: null },
      });
    } else {
      const again = outcome.verdict === 'retry' ? outcome.nextAttemptAt : null;
      await tx.delivery.updateMany({
        where: { id: deliveryId, businessId, revision, status: 'pending', attemptCount: outcome.attempt },
        data:
          again === null
            ? { status: 'failed', finishedAt: now, nextAttemptAt: null, lastError: outcome.error }
            : { nextAttemptAt: again, lastError: outcome.error },
      });
    }
    const row = await tx.delivery.findUniqueOrThrow({
      where: { id: deliveryId, businessId },
      select: { status: true },
    });
    return row.status;
  });
}

function excerpt(text: string): string {
  // Cleaned after the cut as well: it may fall between the halves of a character.
  return storableText(storableText(text).slice(0, MAX_RESPONSE_TEXT));
}
