import type pg from 'pg';
import { asSuperuserOf } from '../helpers/superuser.ts';

/** Every row of a business, table by table, each as a hash: what must be the same before and after. */
export type Snapshot = ReadonlyMap<string, readonly string[]>;

/** Tables of which no row belongs to a business or to one of its people, and why. */
const OF_NOBODY: Readonly<Record<string, string>> = {
  _prisma_migrations: 'which migrations have run',
  rate_limits: 'counts of attempts, under a hash of who is counted',
};
/** What a mere look may write: when a session or a token was last seen. */
const SEEN = /^last_(seen|used)/u;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The rows of one business as a superuser sees them, with those of its people; `null`: every row of the database. */
export function snapshotOf(databaseUrl: string, businessId: string | null): Promise<Snapshot> {
  return asSuperuserOf(databaseUrl, async (client) => {
    const tables = await tablesOf(client);
    const parts = tables.flatMap(({ name, columns }) => {
      const belongs = businessId === null ? anybodys(name) : ownership(name, columns);
      if (belongs === null) return [];
      const seen = columns.filter((column) => SEEN.test(column)).map((column) => ` - '${column}'`);
      return [
        `SELECT '${name}' AS "table", md5((to_jsonb(t)${seen.join('')})::text) AS row FROM "${name}" t WHERE ${belongs}`,
      ];
    });
    const { rows } = await client.query<{ table: string; row: string }>(
      `WITH people AS (SELECT user_id FROM memberships WHERE business_id = $1::uuid)
       ${parts.join('\nUNION ALL\n')} ORDER BY 1, 2`,
      [businessId],
    );
    const snapshot = new Map<string, string[]>();
    for (const { table, row } of rows) snapshot.set(table, [...(snapshot.get(table) ?? []), row]);
    return snapshot;
  });
}

/** The tables in which two snapshots differ. */
export function changedTables(before: Snapshot, after: Snapshot): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.filter((name) => before.get(name)?.join() !== after.get(name)?.join());
}

/** Ids of all rows of a business: what no answer to somebody else may name. */
export function idsOf(databaseUrl: string, businessId: string): Promise<string[]> {
  return asSuperuserOf(databaseUrl, async (client) => {
    const tables = await tablesOf(client);
    const parts = tables.flatMap(({ name, columns }) => {
      const belongs = ownership(name, columns);
      if (belongs === null || !columns.includes('id')) return [];
      return [`SELECT t.id::text AS id FROM "${name}" t WHERE ${belongs}`];
    });
    const { rows } = await client.query<{ id: string }>(
      `WITH people AS (SELECT user_id FROM memberships WHERE business_id = $1) ${parts.join(' UNION ')}`,
      [businessId],
    );
    return rows.map(({ id }) => id);
  });
}

async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     GROUP BY c.relname ORDER BY c.relname`,
  );
  return rows;
}

/** The condition that picks a business's rows (`$1`), or null for a table that has none. */
function ownership(name: string, columns: readonly string[]): string | null {
  if (name === 'businesses') return 't.id = $1';
  if (name === 'users') return 't.id IN (SELECT user_id FROM people)';
  // A session stands in whatever business its person looks at just now.
  if (name !== 'sessions' && columns.includes('business_id')) return 't.business_id = $1';
  if (columns.includes('user_id')) return 't.user_id IN (SELECT user_id FROM people)';
  return null;
}

/** Counts of attempts are what a request that is refused may leave behind. */
const anybodys = (name: string) => (OF_NOBODY[name] === undefined ? 'true' : null);

/** Tables that the snapshots would overlook: of no business, and nobody said why. */
export function overlookedTables(databaseUrl: string): Promise<string[]> {
  return asSuperuserOf(databaseUrl, async (client) => {
    const tables = await tablesOf(client);
    return tables
      .filter(({ name, columns }) => ownership(name, columns) === null && OF_NOBODY[name] === undefined)
      .map(
        ({ name }) =>
          `the table ${name} has neither business_id nor user_id: give it the one it needs, or name it in OF_NOBODY of ` +
          'test/isolation/snapshot.ts with the reason why no row of it belongs to a business',
      );
  });
}
