import type { Database, Tx } from '../../platform/db/index.ts';
import { storableText } from '../text/storable.ts';
import { waitingAt } from './claim.ts';
import { NO_CONTENT } from './marks.ts';
import { noteFailure, noteSuccess, type Standing } from './standing.ts';
import type { AttemptOutcome } from './outcome.ts';

/** Characters kept of an answer. */
export const MAX_RESPONSE_TEXT = 500;
/** Characters kept of what was sent. */
export const MAX_REQUEST_TEXT = 2_000;
/** Deliveries that whoever ends an attempt takes up: the place that got free, and one more where there is room again. */
const TAKE_UP = 2;

/** What an attempt left behind. */
export interface RecordedAttempt {
  /** The delivery's status now. */
  readonly status: 'pending' | 'delivered' | 'failed';
  /** What became of the destination by it. */
  readonly standing: Standing;
  /** Deliveries that may go now that a place is free. */
  readonly next: readonly { readonly deliveryId: string; readonly nextAttemptAt: Date }[];
}

/**
 * Writes down how an attempt went and what follows for its delivery and its destination. An attempt that comes back
 * after its time was up is written down too, but changes the delivery only when it delivered it; one whose words were
 * replaced meanwhile changes nothing.
 */
export async function recordAttempt(
  db: Database,
  businessId: string,
  deliveryId: string,
  outcome: AttemptOutcome,
  now: Date = new Date(),
): Promise<RecordedAttempt> {
  return db.withBusiness(businessId, async (tx) => {
    const { destinationId } = outcome;
    // The destination first, as whoever claims: two that wait for each other would wait for ever.
    const standing =
      outcome.verdict === 'delivered'
        ? await noteSuccess(tx, businessId, destinationId)
        : await noteFailure(tx, businessId, destinationId, outcome, now);
    const status = await writeOutcome(tx, businessId, deliveryId, outcome, now);
    const next = await waitingAt(tx, destinationId, now, TAKE_UP);
    return { status, standing, next };
  });
}

async function writeOutcome(
  tx: Tx,
  businessId: string,
  deliveryId: string,
  outcome: AttemptOutcome,
  now: Date,
): Promise<RecordedAttempt['status']> {
  const { revision, attempt, trace } = outcome;
  const delivered = outcome.verdict === 'delivered';
  const again = outcome.verdict === 'retry' ? (outcome.nextAttemptAt?.toISOString() ?? null) : null;
  const status = delivered ? 'delivered' : again === null ? 'failed' : 'pending';
  const response = outcome.responseText === null ? null : excerpt(outcome.responseText, MAX_RESPONSE_TEXT);
  // An attempt may change the delivery while it is the one under way, or when it brought its words there after all.
  const [row] = await tx.$queryRaw<{ status: RecordedAttempt['status']; removed: boolean }[]>`
    WITH attempted AS (
      UPDATE delivery_attempts SET duration_ms = ${Math.round(outcome.durationMs)}::int,
        status_code = ${outcome.statusCode}::int, error = ${outcome.error}, response_text = ${response},
        url = ${trace?.url ?? ''}, request_headers = ${JSON.stringify(trace?.requestHeaders ?? {})}::jsonb,
        request_text = ${trace === undefined ? null : excerpt(trace.requestText, MAX_REQUEST_TEXT)},
        response_headers = ${storableText(JSON.stringify(trace?.responseHeaders ?? {}))}::jsonb
      WHERE delivery_id = ${deliveryId}::uuid AND business_id = ${businessId}::uuid AND number = ${attempt}::int)
    UPDATE deliveries d SET
      sending_until = CASE WHEN d.attempt_count = ${attempt}::int THEN NULL ELSE d.sending_until END,
      status = CASE WHEN mine THEN ${status}::delivery_status ELSE d.status END,
      next_attempt_at = CASE WHEN mine THEN ${again}::timestamptz ELSE d.next_attempt_at END,
      last_error = CASE WHEN mine THEN ${outcome.error} ELSE d.last_error END,
      finished_at = CASE WHEN mine AND ${status} <> 'pending' THEN ${now.toISOString()}::timestamptz
                         ELSE d.finished_at END
    FROM (SELECT id, revision = ${revision}::int AND CASE WHEN ${delivered}::boolean THEN status <> 'delivered'
                   ELSE status = 'pending' AND attempt_count = ${attempt}::int END AS mine
          FROM deliveries WHERE id = ${deliveryId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE) AS own
    WHERE d.id = own.id
    RETURNING d.status::text, d.body_removed_at IS NOT NULL AS removed`;
  // Erased while the attempt was in the air: neither what it said nor what it was answered is written down behind it.
  if (row?.removed === true) {
    await tx.deliveryAttempt.updateMany({
      where: { deliveryId, businessId, number: attempt },
      data: NO_CONTENT,
    });
  }
  return row?.status ?? 'failed';
}

function excerpt(text: string, length: number): string {
  // Cleaned after the cut as well: it may fall between the halves of a character.
  return storableText(storableText(text).slice(0, length));
}
