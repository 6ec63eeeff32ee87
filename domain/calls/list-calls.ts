import type { Database } from '../../platform/db/index.ts';
import type { Outcome } from '../insights/types.ts';
import { heldLimit, keysetPage, readKeyset } from '../text/keyset.ts';
import { searchPattern } from '../text/search.ts';
import {
  durationSeconds,
  type CallStatus,
  type CallSummary,
  type DeliveryState,
  type Direction,
  type EndReason,
} from './types.ts';

/** Which calls a list shows; what is left out does not narrow it. */
export interface CallFilter {
  /** Words, a name or a part of a number, anywhere in what was said or in the lead. */
  readonly search?: string | undefined;
  readonly direction?: Direction | undefined;
  /** End reasons, and `live` for a call that goes on. */
  readonly outcomes?: readonly (EndReason | 'live')[] | undefined;
  /** Begun at this moment or later, and before that one. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly leadId?: string | undefined;
  /** With at least one delivery in this state. */
  readonly delivery?: DeliveryState['status'] | undefined;
}

interface Row {
  id: string;
  call_sid: string;
  direction: Direction;
  from_number: string;
  to_number: string;
  status: CallStatus;
  end_reason: EndReason | null;
  started_at: Date;
  ended_at: Date | null;
  turn_count: number;
  lead_id: string | null;
  lead_name: string | null;
  lead_phone: string | null;
  deliveries: DeliveryState[];
  topic: string | null;
  outcome: Outcome | null;
  score: number | null;
}

/**
 * A page of a business's calls, newest first, in one query. `limit` is held between 1 and 100. `nextCursor` continues
 * exactly where the page ended, also when calls were added meanwhile; null on the last page.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function listCalls(
  db: Database,
  businessId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number; readonly filter?: CallFilter },
): Promise<{ calls: CallSummary[]; nextCursor: string | null }> {
  const limit = heldLimit(page.limit);
  const after = page.cursor === undefined ? null : readKeyset(page.cursor);
  const { search, direction, outcomes, since, until, leadId, delivery } = page.filter ?? {};
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT c.id, c.call_sid, c.direction, c.from_number, c.to_number, c.status, c.end_reason, c.started_at, c.ended_at,
             c.lead_id, l.name AS lead_name, l.phone AS lead_phone,
             (SELECT count(*)::int FROM turns t WHERE t.call_id = c.id AND t.text <> '') AS turn_count,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('plugin', d.plugin, 'export', d.export, 'status', d.status)
                     ORDER BY d.plugin, d.export), '[]')
              FROM deliveries d WHERE d.call_id = c.id) AS deliveries,
             i.topic, i.outcome, i.score
      FROM search_calls(
             ${searchPattern(search)}::text, ${since ?? null}::timestamptz, ${until ?? null}::timestamptz,
             ${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid, ${direction ?? null}::text,
             ${outcomes === undefined ? null : [...outcomes]}::text[], ${leadId ?? null}::uuid,
             ${delivery ?? null}::text, ${limit + 1}::int) found
      JOIN calls c ON c.id = found.call_id AND c.business_id = ${businessId}::uuid
      LEFT JOIN leads l ON l.id = c.lead_id
      LEFT JOIN call_insights i ON i.call_id = c.id AND i.status = 'done'
      ORDER BY c.started_at DESC, c.id DESC`,
  );
  const { shown, nextCursor } = keysetPage(rows, limit, (row) => ({ at: row.started_at, id: row.id }));
  return { calls: shown.map(toSummary), nextCursor };
}

function toSummary(row: Row): CallSummary {
  return {
    callId: row.id,
    callSid: row.call_sid,
    direction: row.direction,
    fromNumber: row.from_number,
    toNumber: row.to_number,
    status: row.status,
    endReason: row.end_reason,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationSec: row.ended_at === null ? null : durationSeconds(row.started_at, row.ended_at),
    turnCount: row.turn_count,
    lead:
      row.lead_id === null || row.lead_phone === null
        ? null
        : { leadId: row.lead_id, name: row.lead_name, phone: row.lead_phone },
    deliveries: row.deliveries,
    insight:
      row.topic === null || row.outcome === null || row.score === null
        ? null
        : { topic: row.topic, outcome: row.outcome, score: row.score },
  };
}
