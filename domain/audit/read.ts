import { Prisma, type Database, type Tx } from '../../platform/db/index.ts';
import { heldLimit, keysetPage, readKeyset } from '../text/keyset.ts';
import type { Actor } from './record.ts';

/** An entry of the audit log. */
export interface AuditRecord {
  readonly id: string;
  readonly at: Date;
  readonly actorKind: Actor['kind'];
  readonly actorLabel: string;
  readonly actedAs: boolean;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly action: string;
  readonly entity: string;
  readonly entityId: string | null;
  /** What changed, field by field; secrets were masked when it was written. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** What the log is narrowed by; what is left out narrows nothing. */
export interface AuditFilter {
  /** The actor's label, exactly: an e-mail address, a token's name. */
  readonly actor?: string | undefined;
  /** Part of the actor's label, in any case. */
  readonly text?: string | undefined;
  /** An action, or the name of an entity for all of its actions. */
  readonly action?: string | undefined;
  readonly entityId?: string | undefined;
  /** From this moment on. */
  readonly from?: Date | undefined;
  /** Before this moment. */
  readonly until?: Date | undefined;
}

/** A page of the log. */
export interface AuditPage {
  readonly entries: readonly AuditRecord[];
  readonly nextCursor: string | null;
}

/** Who has done something in a business, and what was done there: what a filter offers. */
export interface AuditFacets {
  readonly actors: readonly string[];
  readonly actions: readonly string[];
}

/**
 * A page of a business's audit log, the latest first. `nextCursor` continues where the page ended, also when entries
 * were added meanwhile; null on the last page.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function readAudit(
  db: Database,
  businessId: string,
  { filter = {}, cursor, limit }: { filter?: AuditFilter; cursor?: string | undefined; limit: number },
): Promise<AuditPage> {
  const rows = heldLimit(limit);
  const after = cursor === undefined ? null : readKeyset(cursor);
  return db.withBusiness(businessId, async (tx) => {
    const actors = await wantedActors(tx, businessId, filter);
    const actions = await wantedActions(tx, businessId, filter);
    if (actors?.length === 0 || actions?.length === 0) return { entries: [], nextCursor: null };
    const found = await tx.$queryRaw<Row[]>`
      SELECT id, at, actor_kind, actor_label, acted_as, address, user_agent, action, entity, entity_id, before, after
      FROM audit_entries
      WHERE ${Prisma.join(conditions(businessId, filter, { actors, actions, after }), ' AND ')}
      ORDER BY at DESC, id DESC
      LIMIT ${rows + 1}::int`;
    const { shown, nextCursor } = keysetPage(found, rows, ({ at, id }) => ({ at, id }));
    return { entries: shown.map(toRecord), nextCursor };
  });
}

/** What the filters of the log can offer. Few rows are read: one for each actor and action, by their indexes. */
export async function auditFacets(db: Database, businessId: string): Promise<AuditFacets> {
  return db.withBusiness(businessId, async (tx) => ({
    actors: await distinct(tx, businessId, Prisma.sql`actor_label`),
    actions: await distinct(tx, businessId, Prisma.sql`action`),
  }));
}

/** The labels of the actors a filter means; null when it means everybody. */
async function wantedActors(
  tx: Tx,
  businessId: string,
  { actor, text }: AuditFilter,
): Promise<readonly string[] | null> {
  if (actor !== undefined) return text === undefined || holds(actor, text) ? [actor] : [];
  if (text === undefined) return null;
  return (await distinct(tx, businessId, Prisma.sql`actor_label`)).filter((label) => holds(label, text));
}

/** The actions a filter means; null when it means all. */
async function wantedActions(tx: Tx, businessId: string, { action }: AuditFilter): Promise<readonly string[] | null> {
  if (action === undefined) return null;
  if (action.includes('.')) return [action];
  return (await distinct(tx, businessId, Prisma.sql`action`)).filter((known) => known.startsWith(`${action}.`));
}

const holds = (label: string, text: string) => label.toLowerCase().includes(text.toLowerCase());

/** The different values of an indexed column, in order: the index is asked for the next one after each. */
async function distinct(tx: Tx, businessId: string, column: Prisma.Sql): Promise<string[]> {
  const rows = await tx.$queryRaw<{ value: string }[]>`
    WITH RECURSIVE walk AS (
      (SELECT ${column} AS value FROM audit_entries WHERE business_id = ${businessId}::uuid
       ORDER BY ${column} LIMIT 1)
      UNION ALL
      SELECT (SELECT ${column} FROM audit_entries
              WHERE business_id = ${businessId}::uuid AND ${column} > walk.value ORDER BY ${column} LIMIT 1)
      FROM walk WHERE walk.value IS NOT NULL)
    SELECT value FROM walk WHERE value IS NOT NULL`;
  return rows.map(({ value }) => value);
}

/** A filter as the indexes are asked; null narrows nothing. */
interface Wanted {
  readonly actors: readonly string[] | null;
  readonly actions: readonly string[] | null;
  readonly after: { readonly at: string; readonly id: string } | null;
}

function conditions(businessId: string, filter: AuditFilter, { actors, actions, after }: Wanted): Prisma.Sql[] {
  const { entityId, from, until } = filter;
  return [
    Prisma.sql`business_id = ${businessId}::uuid`,
    ...(actors === null ? [] : [Prisma.sql`actor_label = ANY(${[...actors]}::text[])`]),
    ...(actions === null ? [] : [Prisma.sql`action = ANY(${[...actions]}::text[])`]),
    ...(entityId === undefined ? [] : [Prisma.sql`entity_id = ${entityId}`]),
    ...(from === undefined ? [] : [Prisma.sql`at >= ${from.toISOString()}::timestamptz`]),
    ...(until === undefined ? [] : [Prisma.sql`at < ${until.toISOString()}::timestamptz`]),
    ...(after === null ? [] : [Prisma.sql`(at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`]),
  ];
}

interface Row {
  readonly id: string;
  readonly at: Date;
  readonly actor_kind: Actor['kind'];
  readonly actor_label: string;
  readonly acted_as: boolean;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly action: string;
  readonly entity: string;
  readonly entity_id: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
}

function toRecord(row: Row): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    actorKind: row.actor_kind,
    actorLabel: row.actor_label,
    actedAs: row.acted_as,
    address: row.address,
    userAgent: row.user_agent,
    action: row.action,
    entity: row.entity,
    entityId: row.entity_id,
    before: row.before,
    after: row.after,
  };
}
