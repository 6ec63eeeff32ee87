import type { Database, Tx } from '../../platform/db/index.ts';
import { storableText } from '../text/storable.ts';
import type { TurnRecord } from './types.ts';

/**
 * Saves turns of a call in one statement: a turn already known by its `itemId` is replaced, except that words once
 * heard are not replaced by none. Of several records of one item the last counts.
 *
 * Words that come after the call was made final (its process was cut off from the database while the last of them were
 * transcribed) open it once more, to be made final with them. A swept call is opened by its lease or its end instead.
 */
export async function saveTurns(
  db: Database,
  businessId: string,
  callId: string,
  turns: readonly TurnRecord[],
): Promise<void> {
  if (turns.length === 0) return;
  await db.withBusiness(businessId, (tx) => upsertTurns(tx, businessId, [{ callId, turns }]));
}

/** The same for the turns of any number of calls of a business, in no more statements. */
export async function upsertTurns(
  tx: Tx,
  businessId: string,
  calls: readonly { readonly callId: string; readonly turns: readonly TurnRecord[] }[],
): Promise<void> {
  const rows = JSON.stringify(calls.flatMap(({ callId, turns }) => rowsOf(callId, turns)));
  await tx.$executeRaw`
    INSERT INTO turns (id, business_id, call_id, item_id, position, speaker, text, interrupted, started_ms, ended_ms)
    SELECT gen_random_uuid(), c.business_id, c.id, t.item_id, t.position, t.speaker::speaker, t.text, t.interrupted,
           t.started_ms, t.ended_ms
    FROM jsonb_to_recordset(${rows}::jsonb) AS t(
      call_id uuid, item_id text, position int, speaker text, text text, interrupted boolean, started_ms int,
      ended_ms int)
    -- Words that come after they were to be forgotten are not written down again.
    JOIN calls c ON c.id = t.call_id AND c.business_id = ${businessId}::uuid
      AND c.erased_at IS NULL AND c.words_purged_at IS NULL
    ON CONFLICT (call_id, item_id) DO UPDATE SET
      position = excluded.position,
      speaker = excluded.speaker,
      text = CASE WHEN excluded.text = '' AND NOT excluded.interrupted THEN turns.text ELSE excluded.text END,
      interrupted = excluded.interrupted,
      started_ms = excluded.started_ms,
      ended_ms = coalesce(excluded.ended_ms, turns.ended_ms)`;
  // A statement of its own, after the first: whoever finalises at this moment holds the call's row, and is waited for.
  await tx.$executeRaw`
    UPDATE calls SET status = 'ended', transcripts_settled_at = NULL, finalized_at = NULL, transcript = NULL
    WHERE id = ANY(${calls.map(({ callId }) => callId)}::uuid[]) AND business_id = ${businessId}::uuid
      AND status = 'completed' AND end_reason <> 'swept' AND erased_at IS NULL AND words_purged_at IS NULL`;
}

function rowsOf(callId: string, turns: readonly TurnRecord[]): readonly object[] {
  const byItem = new Map(turns.map((turn) => [turn.itemId, turn]));
  return [...byItem.values()].map((turn) => ({
    call_id: callId,
    item_id: turn.itemId,
    position: turn.position,
    speaker: turn.speaker,
    text: storableText(turn.text),
    interrupted: turn.interrupted,
    started_ms: Math.round(turn.startedMs),
    ended_ms: turn.endedMs === null ? null : Math.round(turn.endedMs),
  }));
}
