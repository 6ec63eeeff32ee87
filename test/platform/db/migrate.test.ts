import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, openDatabase } from '../../../platform/db/index.ts';
import { asSuperuser, freshDatabase } from '../../helpers/database.ts';
import { sqlOfSchema } from '../../helpers/schema-engine.ts';

const MIGRATIONS = 'prisma/migrations';
const COUNT = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let scratch: string;

const inside = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => asSuperuser(work, database.url);
const ledger = async (): Promise<Record<string, unknown>[]> =>
  inside(async (client) => (await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name')).rows);

/** A folder of migrations of a test's own. */
async function folderWith(migrations: Record<string, string>): Promise<string> {
  for (const [name, sql] of Object.entries(migrations)) {
    await mkdir(join(scratch, name), { recursive: true });
    await writeFile(join(scratch, name, 'migration.sql'), sql);
  }
  return scratch;
}

beforeEach(async () => {
  database = await freshDatabase();
  scratch = await mkdtemp(join(tmpdir(), 'prosaas-migrations-'));
});
afterEach(async () => {
  await database.drop();
  await rm(scratch, { recursive: true, force: true });
});

describe('the migrations', () => {
  it('are applied once, in order, and noted as Prisma notes them', async () => {
    const names = (await readdir(MIGRATIONS, { withFileTypes: true }))
      .filter((e) => e.isDirectory())
      .map((e) => e.name);
    expect(await migrate(database.url)).toEqual({ applied: names.sort() });
    expect(await migrate(database.url)).toEqual({ applied: [] });
    const rows = await ledger();
    expect(rows).toHaveLength(names.length);
    for (const [index, row] of rows.entries()) {
      const name = names[index] ?? '';
      const sql = await readFile(join(MIGRATIONS, name, 'migration.sql'));
      expect(row).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        checksum: createHash('sha256').update(sql).digest('hex'),
        finished_at: expect.any(Date) as Date,
        migration_name: name,
        logs: null,
        rolled_back_at: null,
        started_at: expect.any(Date) as Date,
        applied_steps_count: 1,
      });
    }
  });

  it('are applied once when four processes start at the same moment', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)));
    expect(results.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, COUNT]);
    expect(await ledger()).toHaveLength(COUNT);
  });

  it('make the roles once when several databases of a server without them migrate at the same moment', async () => {
    // Roles are the server's: other test files' databases hold on to the real ones, so this runs under other names.
    const suffix = randomUUID().slice(0, 8);
    const folder = join(scratch, 'renamed');
    await cp(MIGRATIONS, folder, { recursive: true });
    for (const { name } of (await readdir(folder, { withFileTypes: true })).filter((e) => e.isDirectory())) {
      const path = join(folder, name, 'migration.sql');
      const sql = await readFile(path, 'utf8');
      await writeFile(path, sql.replaceAll(/prosaas_(app|lookup)/g, `prosaas_$1_${suffix}`));
    }
    const others = await Promise.all(Array.from({ length: 4 }, () => freshDatabase()));
    try {
      const results = await Promise.all(others.map(({ url }) => migrate(url, { folder })));
      expect(results.map(({ applied }) => applied.length)).toEqual([COUNT, COUNT, COUNT, COUNT]);
    } finally {
      await Promise.all(others.map(({ drop }) => drop()));
      await asSuperuser((client) =>
        client.query(`DROP ROLE IF EXISTS prosaas_app_${suffix}, prosaas_lookup_${suffix}`),
      );
    }
  });

  it('need no superuser: an owner that may create roles will do, and is held to the policies', async () => {
    const owner = `owner_${randomUUID().slice(0, 8)}`;
    const name = new URL(database.url).pathname.slice(1);
    await asSuperuser(async (client) => {
      await client.query(`CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD 'x'`);
      await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`);
      // On this server the superuser made the roles; elsewhere the owner does and may grant them to itself.
      await client.query(`GRANT prosaas_app, prosaas_lookup TO ${owner} WITH INHERIT FALSE, SET TRUE`);
    });
    const url = new URL(database.url);
    url.username = owner;
    url.password = 'x';
    try {
      expect((await migrate(url.href)).applied).toHaveLength(COUNT);
      const db = await openDatabase({ url: url.href });
      try {
        const id = randomUUID();
        await db.withBusiness(id, (tx) => tx.business.create({ data: { id, name: 'מוסך' } }));
        await db.withBusiness(id, (tx) => tx.phoneNumber.create({ data: { businessId: id, number: '+1' } }));
        const found = await db.withIdentity((tx) => tx.$queryRaw`SELECT business_of_number('+1') AS id`);
        expect(found).toEqual([{ id }]);
        expect(await db.withBusiness(randomUUID(), (tx) => tx.business.count())).toBe(0);
        const byItself = await asSuperuser((client) => client.query('SELECT id FROM businesses'), url.href);
        expect(byItself.rowCount).toBe(0);
      } finally {
        await db.close();
      }
    } finally {
      await database.drop();
      await asSuperuser((client) => client.query(`DROP ROLE ${owner}`));
    }
  });

  it('leave nothing of one that fails, and take it up again when it is mended', async () => {
    const broken = await folderWith({
      '0001_good': 'CREATE TABLE good (id int);',
      '0002_bad': 'CREATE TABLE half (id int); SELECT no_such_function();',
    });
    await expect(migrate(database.url, { folder: broken })).rejects.toMatchObject({
      code: 'migration_failed',
      details: { migration: '0002_bad' },
    });
    const left = await inside((client) =>
      client.query("SELECT to_regclass('good') AS good, to_regclass('half') AS half"),
    );
    expect(left.rows[0]).toEqual({ good: 'good', half: null });
    const mended = await folderWith({ '0002_bad': 'CREATE TABLE half (id int);' });
    expect(await migrate(database.url, { folder: mended })).toEqual({ applied: ['0002_bad'] });
  });

  it('stop at a file that was edited after it was applied, and at one Prisma left half applied', async () => {
    const folder = await folderWith({ '0001_first': 'SELECT 1;' });
    await migrate(database.url, { folder });
    await folderWith({ '0001_first': 'SELECT 2;' });
    await expect(migrate(database.url, { folder })).rejects.toMatchObject({ code: 'migration_edited' });
    await inside((client) => client.query('UPDATE _prisma_migrations SET finished_at = NULL'));
    await expect(migrate(database.url, { folder })).rejects.toMatchObject({ code: 'migration_unfinished' });
    await inside((client) => client.query('UPDATE _prisma_migrations SET rolled_back_at = now()'));
    expect(await migrate(database.url, { folder })).toEqual({ applied: ['0001_first'] });
  });
});

/** Everything schema.prisma speaks of, as the catalog tells it. */
async function shapeOf(url: string): Promise<string[]> {
  return asSuperuser(async (client) => {
    const { rows } = await client.query<{ line: string }>(`
      SELECT format('column %s.%s %s %s default %s', table_name, column_name,
               CASE data_type WHEN 'ARRAY' THEN udt_name WHEN 'USER-DEFINED' THEN udt_name ELSE data_type END
                 || coalesce('(' || datetime_precision || ')', ''),
               is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'
      UNION ALL
      SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%'
      UNION ALL
      SELECT format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '\\_%'
      UNION ALL
      SELECT format('enum %s.%s %s', t.typname, e.enumsortorder, e.enumlabel)
      FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
      ORDER BY line`);
    return rows.map(({ line }) => line);
  }, url);
}

describe('the migrated database', () => {
  it('equals schema.prisma', async () => {
    const byPrisma = await freshDatabase();
    try {
      await migrate(database.url);
      const sql = await sqlOfSchema('prisma/schema.prisma', byPrisma.url);
      // Prisma's language names the operators of the search indexes and not the extensions they come from.
      const extensions = 'CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;';
      await asSuperuser((client) => client.query(extensions + sql), byPrisma.url);
      const expected = await shapeOf(byPrisma.url);
      expect(expected.length).toBeGreaterThan(150);
      expect(await shapeOf(database.url)).toEqual(expected);
    } finally {
      await byPrisma.drop();
    }
  });
});

describe('opening a database', () => {
  it('refuses one that was never migrated', async () => {
    // The role may be there from another database of the server; the tables are not.
    await expect(openDatabase({ url: database.url })).rejects.toMatchObject({ code: 'database_not_migrated' });
  });

  it.each([
    [
      'a tenant table without row-level security',
      'ALTER TABLE calls DISABLE ROW LEVEL SECURITY',
      'table_without_forced_rls:calls',
    ],
    [
      'one whose owner is let past it',
      'ALTER TABLE leads NO FORCE ROW LEVEL SECURITY',
      'table_without_forced_rls:leads',
    ],
    [
      'a new table that carries business_id unguarded',
      'CREATE TABLE notes (business_id uuid)',
      'table_without_forced_rls:notes',
    ],
    ['tables that belong to the role', 'ALTER TABLE turns OWNER TO prosaas_app', 'role_owns_table:turns'],
  ])('refuses %s', async (_, sql, reason) => {
    await migrate(database.url);
    await inside((client) => client.query(sql));
    await expect(openDatabase({ url: database.url })).rejects.toMatchObject({
      code: 'database_role_unsafe',
      details: { reasons: [reason] },
    });
  });

  it('tells which database it could not reach without its password', async () => {
    const { stderr } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `
        import { openDatabase } from './platform/db/index.ts';
        await openDatabase({ url: 'postgresql://prosaas:hunter2@127.0.0.1:1/prosaas' }).catch((error) => console.error(error));
      `,
    ]);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('hunter2');
  });
});
