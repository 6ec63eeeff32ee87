import { Prisma, type Database } from '../../platform/db/index.ts';
import { heldLimit, keysetPage, readKeyset } from '../text/keyset.ts';
import { searchPattern } from '../text/search.ts';
import type { LeadFields } from './save.ts';

/** A lead as lists show it. */
export interface LeadSummary {
  readonly leadId: string;
  readonly name: string | null;
  /** E.164 where it has such a form; `unknown-…` for a caller without a number. */
  readonly phone: string;
  readonly fields: LeadFields;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly callCount: number;
  readonly lastCallAt: Date | null;
}

interface Row {
  id: string;
  name: string | null;
  phone: string;
  fields: LeadFields;
  created_at: Date;
  updated_at: Date;
  call_count: number;
  last_call_at: Date | null;
}

/** What a list of leads is narrowed by. */
export interface LeadFilter {
  /** A part of the name, of the number or of anything collected. */
  readonly search?: string | undefined;
  /** When the lead was first heard of: from this moment, and before that one. */
  readonly createdSince?: Date | undefined;
  readonly createdUntil?: Date | undefined;
}

/** A page of a list. */
interface Page {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * A page of a business's leads, the last touched first, in one query. `limit` is held between 1 and 100.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function listLeads(
  db: Database,
  businessId: string,
  page: LeadFilter & Page,
): Promise<{ leads: LeadSummary[]; nextCursor: string | null }> {
  const limit = heldLimit(page.limit);
  const after = page.cursor === undefined ? null : readKeyset(page.cursor);
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT l.id, l.name, l.phone, l.fields, l.created_at, l.updated_at, c.call_count, c.last_call_at
      FROM ${found(businessId, page, after, limit + 1)}
      JOIN leads l ON l.id = found.lead_id AND l.business_id = ${businessId}::uuid
      CROSS JOIN LATERAL (
        SELECT count(*)::int AS call_count, max(started_at) AS last_call_at FROM calls WHERE lead_id = l.id) c
      ORDER BY l.updated_at DESC, l.id DESC`,
  );
  const { shown, nextCursor } = keysetPage(rows, limit, (row) => ({ at: row.updated_at, id: row.id }));
  return { leads: shown.map(toSummary), nextCursor };
}

/**
 * Ids of the leads of a page. A stretch of days is read along its own index: what began in it is little beside all
 * leads, so that a search within it looks at each.
 */
function found(
  businessId: string,
  { search, createdSince, createdUntil }: LeadFilter,
  after: { readonly at: string; readonly id: string } | null,
  most: number,
): Prisma.Sql {
  const pattern = searchPattern(search);
  if (createdSince === undefined && createdUntil === undefined) {
    return Prisma.sql`search_leads(${pattern}::text, ${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid,
                                   ${most}::int) found`;
  }
  const where = [
    Prisma.sql`business_id = ${businessId}::uuid`,
    ...(createdSince === undefined ? [] : [Prisma.sql`created_at >= ${createdSince}::timestamptz`]),
    ...(createdUntil === undefined ? [] : [Prisma.sql`created_at < ${createdUntil}::timestamptz`]),
    ...(pattern === null ? [] : [Prisma.sql`search_text LIKE ${pattern}`]),
    ...(after === null ? [] : [Prisma.sql`(updated_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`]),
  ];
  return Prisma.sql`(SELECT id AS lead_id FROM leads WHERE ${Prisma.join(where, ' AND ')}
                     ORDER BY updated_at DESC, id DESC LIMIT ${most}::int) found`;
}

/** A lead, or null when the business has none of that id. */
export async function getLead(db: Database, businessId: string, leadId: string): Promise<LeadSummary | null> {
  const [row] = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT l.id, l.name, l.phone, l.fields, l.created_at, l.updated_at, c.call_count, c.last_call_at
      FROM leads l CROSS JOIN LATERAL (
        SELECT count(*)::int AS call_count, max(started_at) AS last_call_at FROM calls WHERE lead_id = l.id) c
      WHERE l.id = ${leadId}::uuid AND l.business_id = ${businessId}::uuid`,
  );
  return row === undefined ? null : toSummary(row);
}

function toSummary(row: Row): LeadSummary {
  return {
    leadId: row.id,
    name: row.name,
    phone: row.phone,
    fields: row.fields,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    callCount: row.call_count,
    lastCallAt: row.last_call_at,
  };
}
