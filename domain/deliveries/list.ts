import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import { Prisma, type Database } from '../../platform/db/index.ts';

/** A delivery as lists show it. */
export interface DeliverySummary {
  readonly deliveryId: string;
  readonly destinationId: string;
  readonly destination: string;
  readonly event: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attemptCount: number;
  readonly nextAttemptAt: Date | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly callSid: string | null;
  /** Whom it tells of; null for a test. */
  readonly about: { readonly name: string | null; readonly phone: string } | null;
}

/** What a list of deliveries is narrowed by. */
export interface DeliveryFilter {
  readonly destinationId?: string | undefined;
  readonly status?: 'pending' | 'delivered' | 'failed' | undefined;
  readonly event?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

interface Row {
  id: string;
  seq: bigint;
  destination_id: string;
  destination: string;
  event: string;
  status: 'pending' | 'delivered' | 'failed';
  attempt_count: number;
  next_attempt_at: Date | null;
  last_error: string | null;
  created_at: Date;
  call_sid: string | null;
  name: string | null;
  phone: string | null;
}

const cursorSchema = z.string().regex(/^\d{1,18}$/);

/**
 * A page of a business's deliveries, the latest first, in one query along an index. `nextCursor` continues exactly
 * where the page ended; null on the last page.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function listDeliveries(
  db: Database,
  businessId: string,
  filter: DeliveryFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ deliveries: DeliverySummary[]; nextCursor: string | null }> {
  const after = page.cursor === undefined ? null : cursorSchema.safeParse(page.cursor);
  if (after?.success === false) throw new AppError('invalid_cursor', { permanent: true });
  const where = [
    Prisma.sql`d.business_id = ${businessId}::uuid`,
    ...(after === null ? [] : [Prisma.sql`d.seq < ${after.data}::bigint`]),
    ...(filter.destinationId === undefined ? [] : [Prisma.sql`d.destination_id = ${filter.destinationId}::uuid`]),
    ...(filter.status === undefined ? [] : [Prisma.sql`d.status = ${filter.status}::delivery_status`]),
    ...(filter.event === undefined ? [] : [Prisma.sql`d.event = ${filter.event}`]),
    ...(filter.since === undefined ? [] : [Prisma.sql`d.created_at >= ${filter.since.toISOString()}::timestamptz`]),
    ...(filter.until === undefined ? [] : [Prisma.sql`d.created_at < ${filter.until.toISOString()}::timestamptz`]),
  ];
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT d.id, d.seq, d.destination_id, x.name AS destination, d.event, d.status::text, d.attempt_count,
             d.next_attempt_at, d.last_error, d.created_at, c.call_sid, l.name,
             coalesce(l.phone, CASE c.direction WHEN 'inbound' THEN c.from_number ELSE c.to_number END) AS phone
      FROM deliveries d JOIN destinations x ON x.id = d.destination_id LEFT JOIN calls c ON c.id = d.call_id
        LEFT JOIN leads l ON l.id = coalesce(d.lead_id, c.lead_id)
      WHERE ${Prisma.join(where, ' AND ')}
      ORDER BY d.seq DESC LIMIT ${page.limit + 1}::int`,
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    deliveries: shown.map((row) => ({
      deliveryId: row.id,
      destinationId: row.destination_id,
      destination: row.destination,
      event: row.event,
      status: row.status,
      attemptCount: row.attempt_count,
      nextAttemptAt: row.next_attempt_at,
      lastError: row.last_error,
      createdAt: row.created_at,
      callSid: row.call_sid,
      about: row.phone === null ? null : { name: row.name, phone: row.phone },
    })),
    nextCursor: rows.length > page.limit && last !== undefined ? String(last.seq) : null,
  };
}
