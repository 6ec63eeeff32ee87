import { Prisma, type Database, type Tx } from '../../platform/db/index.ts';
import type { SecretContext, Vault } from '../../platform/vault.ts';
import { audit, type Actor } from '../audit/index.ts';

/** A column that holds sealed values. */
export interface SealedColumn {
  readonly table: string;
  /** The column that names a row of the table. */
  readonly key: string;
  readonly column: string;
  /** Column that tells the row's own part of the context's name. */
  readonly nameColumn: string;
  /** Stands before it. Default: nothing. */
  readonly namePrefix?: string;
  /** `account`: belongs to a person. Default: to the business of its `business_id`. */
  readonly owner?: 'account';
}

/** Every sealed value of the database. A column that is missing here would not open any more once its key is gone. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'business_secrets', key: 'id', column: 'sealed', nameColumn: 'name' },
  { table: 'destinations', key: 'id', column: 'url_sealed', nameColumn: 'id', namePrefix: 'destination-url:' },
  { table: 'destinations', key: 'id', column: 'secret_sealed', nameColumn: 'id', namePrefix: 'destination-secret:' },
  {
    table: 'destinations',
    key: 'id',
    column: 'previous_secret_sealed',
    nameColumn: 'id',
    namePrefix: 'destination-secret:',
  },
  {
    table: 'second_factors',
    key: 'user_id',
    column: 'sealed_secret',
    nameColumn: 'user_id',
    namePrefix: 'totp:',
    owner: 'account',
  },
];

/** What a rotation did. */
export interface Rotated {
  /** Sealed anew. */
  readonly rotated: number;
  /** Were under the current key already. */
  readonly current: number;
  /** Could not be opened: sealed under a secret that was not given, or damaged. They are left as they are. */
  readonly failed: number;
}

/** Rows that are taken in one transaction. */
const BATCH = 200;

interface Row {
  readonly key: string;
  readonly name: string;
  readonly sealed: string;
}

/**
 * Seals every value anew that is not under the current key. May be stopped and run again, and run beside processes that
 * write: a value that was replaced meanwhile is left to whoever wrote it. A business's change is in its audit log.
 */
export async function rotateSecrets(
  db: Database,
  vault: Vault,
  actor: Actor,
  columns: readonly SealedColumn[] = SEALED_COLUMNS,
): Promise<Rotated> {
  const total = { rotated: 0, current: 0, failed: 0 };
  const add = (some: Rotated) => {
    total.rotated += some.rotated;
    total.current += some.current;
    total.failed += some.failed;
  };
  const ofAccounts = columns.filter(({ owner }) => owner === 'account');
  const ofBusinesses = columns.filter(({ owner }) => owner !== 'account');
  for (const column of ofAccounts) {
    add(await rotateColumn((run) => db.withIdentity(run), vault, column, 'account'));
  }
  for await (const businessId of businessIds(db)) {
    const inBusiness = <T>(run: (tx: Tx) => Promise<T>) => db.withBusiness(businessId, run);
    let rotated = 0;
    for (const column of ofBusinesses) {
      const done = await rotateColumn(inBusiness, vault, column, businessId);
      rotated += done.rotated;
      add(done);
    }
    if (rotated > 0) {
      const after = { rotated, key_id: vault.keyId };
      await inBusiness((tx) => audit(tx, { businessId, actor, action: 'secret.rotated', after }));
    }
  }
  return total;
}

async function rotateColumn(
  transaction: <T>(run: (tx: Tx) => Promise<T>) => Promise<T>,
  vault: Vault,
  column: SealedColumn,
  businessId: string,
): Promise<Rotated> {
  const total = { rotated: 0, current: 0, failed: 0 };
  for (let after = ''; ;) {
    const rows = await transaction((tx) => tx.$queryRaw<Row[]>(rowsAfter(column, after)));
    const due = rows.filter(({ sealed }) => !vault.isCurrent(sealed));
    total.current += rows.length - due.length;
    const fresh = due.flatMap((row) => {
      const sealed = sealedAnew(vault, row, { businessId, name: `${column.namePrefix ?? ''}${row.name}` });
      if (sealed === null) total.failed += 1;
      return sealed === null ? [] : [{ row, sealed }];
    });
    if (fresh.length > 0) {
      total.rotated += await transaction(async (tx) => {
        let changed = 0;
        for (const { row, sealed } of fresh) changed += await tx.$executeRaw(replacement(column, row, sealed));
        return changed;
      });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return total;
    after = last.key;
  }
}

function sealedAnew(vault: Vault, { sealed }: Row, context: SecretContext): string | null {
  try {
    return vault.seal(vault.open(sealed, context), context);
  } catch {
    // Counted; the value stays, and opens again once its secret is given.
    return null;
  }
}

// Names of tables and columns are those of the list above, never somebody's input.

function rowsAfter({ table, key, column, nameColumn }: SealedColumn, after: string): Prisma.Sql {
  return Prisma.sql`
    SELECT ${Prisma.raw(key)}::text AS key, ${Prisma.raw(nameColumn)}::text AS name, ${Prisma.raw(column)} AS sealed
    FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(column)} IS NOT NULL AND ${Prisma.raw(key)}::text > ${after}
    ORDER BY ${Prisma.raw(key)}::text LIMIT ${BATCH}`;
}

function replacement({ table, key, column }: SealedColumn, row: Row, sealed: string): Prisma.Sql {
  return Prisma.sql`
    UPDATE ${Prisma.raw(table)} SET ${Prisma.raw(column)} = ${sealed}
    WHERE ${Prisma.raw(key)}::text = ${row.key} AND ${Prisma.raw(column)} = ${row.sealed}`;
}

/** Every business, a page at a time. */
async function* businessIds(db: Database): AsyncGenerator<string> {
  for (let after: string | null = null; ;) {
    const page: { business_id: string }[] = await db.withIdentity(
      (tx) =>
        tx.$queryRaw<{ business_id: string }[]>`SELECT business_id FROM business_ids(${after}::uuid, ${BATCH}::int)`,
    );
    for (const { business_id } of page) yield business_id;
    after = page.at(-1)?.business_id ?? null;
    if (page.length < BATCH || after === null) return;
  }
}
