import { AppError } from '../../platform/errors.ts';
import { Prisma, type Database } from '../../platform/db/index.ts';
import {
  durationSeconds,
  type CallStatus,
  type CallSummary,
  type DeliveryState,
  type Direction,
  type EndReason,
} from './types.ts';

const MAX_LIMIT = 100;

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
}

/**
 * A page of a business's calls, newest first, in one query. `limit` is held between 1 and 100. `nextCursor` continues
 * exactly where the page ended, also when calls were added meanwhile; null on the last page.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function listCalls(
  db: Database,
  businessId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ calls: CallSummary[]; nextCursor: string | null }> {
  const limit = Math.min(MAX_LIMIT, Math.max(1, Math.trunc(page.limit) || 1));
  const after = page.cursor === undefined ? null : readCursor(page.cursor);
  const keyset =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (c.started_at, c.id) < (${after.startedAt}::timestamptz, ${after.id}::uuid)`;
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT c.id, c.call_sid, c.direction, c.from_number, c.to_number, c.status, c.end_reason, c.started_at, c.ended_at,
             c.lead_id, l.name AS lead_name, l.phone AS lead_phone,
             (SELECT count(*)::int FROM turns t WHERE t.call_id = c.id AND t.text <> '') AS turn_count,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('plugin', d.plugin, 'export', d.export, 'status', d.status)
                     ORDER BY d.plugin, d.export), '[]')
              FROM deliveries d WHERE d.call_id = c.id) AS deliveries
      FROM calls c LEFT JOIN leads l ON l.id = c.lead_id
      WHERE c.business_id = ${businessId}::uuid ${keyset}
      ORDER BY c.started_at DESC, c.id DESC
      LIMIT ${limit + 1}::int`,
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    calls: shown.map(toSummary),
    nextCursor: rows.length > limit && last !== undefined ? writeCursor(last) : null,
  };
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
  };
}

function writeCursor(row: Row): string {
  return Buffer.from(`${row.started_at.toISOString()}/${row.id}`).toString('base64url');
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function readCursor(cursor: string): { startedAt: string; id: string } {
  const [, startedAt, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (startedAt === undefined || id === undefined || Number.isNaN(Date.parse(startedAt))) {
    throw new AppError('invalid_cursor', { permanent: true });
  }
  return { startedAt, id };
}
