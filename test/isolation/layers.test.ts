import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCallSetup } from '../../domain/calls/index.ts';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { keepRendered } from '../../domain/speech/index.ts';
import type { Tx } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { SpeechLines } from '../../server/speech.ts';
import { aBusiness, aCall } from '../domain/fixtures.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aFinishedCall } from './estate.ts';

/** What stands between two businesses when the code above it is wrong. */

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

describe('the database', () => {
  test('has no policy that lets the product see rows without saying whose they are', async () => {
    const { rows } = await asSuperuser(
      (client) =>
        client.query<{ table: string; policy: string; sees: string; writes: string | null }>(
          `SELECT tablename AS table, policyname AS policy, coalesce(qual, '') AS sees, with_check AS writes
           FROM pg_policies WHERE schemaname = 'public' AND 'prosaas_app' = ANY (roles)`,
        ),
      database.url,
    );
    expect(rows.length).toBeGreaterThan(15);
    // Users and what is kept of them before a business is known are closed the other way: within a business.
    const tenant = /current_(business|person)\(\)/u;
    const unbound = rows.filter(({ sees, writes }) => !tenant.test(`${sees} ${writes ?? ''}`));
    expect(unbound.map(({ table, policy }) => `${table}.${policy}`)).toEqual([]);
  });

  test('shows its list of all businesses to nobody but a system administrator', async () => {
    const { db } = database;
    const { businessId } = await aBusiness(db);
    const all = (userId?: string) =>
      db.withIdentity((tx) => tx.$queryRaw<unknown[]>`SELECT * FROM all_businesses('', now(), NULL, NULL, 10)`, userId);
    const owner = await db.withBusiness(businessId, (tx) => tx.user.findFirstOrThrow());
    expect([await all(), await all(owner.id)]).toEqual([[], []]);
    await db.withIdentity((tx) => tx.user.update({ where: { id: owner.id }, data: { isSystemAdmin: true } }));
    expect(await all(owner.id)).not.toEqual([]);
  });

  test('searches the calls and leads of one business, by every way a search may take', async () => {
    const { db } = database;
    const [own, foreign] = [await aBusiness(db), await aBusiness(db)];
    for (const { businessId } of [own, foreign]) await aFinishedCall({ db }, { businessId });
    const idsOf = async (businessId: string) => ({
      calls: (await db.withBusiness(businessId, (tx) => tx.call.findMany())).map(({ id }) => id),
      leads: (await db.withBusiness(businessId, (tx) => tx.lead.findMany())).map(({ id }) => id),
    });
    const expected = await idsOf(own.businessId);
    expect(expected.calls.length).toBe(1);
    // Nothing to look for; too short for an index; long enough; words of the lead.
    for (const pattern of [null, '%י%', '%כרמיאל%', '%רונית%']) {
      const search = (tx: Tx) =>
        tx.$queryRaw<{ id: string; kind: string }[]>`
          SELECT 'calls' AS kind, call_id AS id
          FROM search_calls(${pattern}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 100)
          UNION ALL SELECT 'leads', lead_id FROM search_leads(${pattern}, NULL, NULL, 100)`;
      const found = await db.withBusiness(own.businessId, search);
      const ids = (kind: string) => found.filter((row) => row.kind === kind).map(({ id }) => id);
      expect({ pattern, calls: ids('calls'), leads: ids('leads') }).toEqual({ pattern, ...expected });
      expect(await db.withIdentity(search)).toEqual([]);
    }
    // By the state of a delivery, of which each business has one that failed.
    const failed = (tx: Tx) =>
      tx.$queryRaw<{ id: string }[]>`
        SELECT call_id AS id FROM search_calls(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'failed', 100)`;
    expect((await db.withBusiness(own.businessId, failed)).map(({ id }) => id)).toEqual(expected.calls);
    expect(await db.withIdentity(failed)).toEqual([]);
  });

  test('tells by its look-ups ids and no more, as a role that can do nothing else', async () => {
    const { rows } = await asSuperuser(
      (client) =>
        client.query<{ name: string; owner: string; path: string | null; told: string; source: string }>(
          `SELECT p.proname AS name, p.prosrc AS source, pg_get_userbyid(p.proowner) AS owner, array_to_string(p.proconfig, ',') AS path,
                  pg_get_function_result(p.oid) AS told
           FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef ORDER BY 1`,
        ),
      database.url,
    );
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const { name, owner, path, told, source } of rows) {
      expect({ name, owner, path }).toEqual({
        name,
        owner: 'prosaas_lookup',
        path: expect.stringMatching(/^search_path=public, pg_temp(,|$)/u) as string,
      });
      const columns = /^TABLE\((.*)\)$/u.exec(told)?.[1]?.split(', ') ?? [`it ${told.replace('SETOF ', '')}`];
      // The system administrator's list tells more, and asks itself who wants to know.
      if (/WHERE.*is_system_admin\((current_person\(\)|\$1)\)/su.test(source)) continue;
      // A yes or no tells of no row.
      const bare = (column: string) => column.endsWith(' uuid') || column === 'it boolean';
      const more = columns.filter((column) => !bare(column) && TOLD[name]?.includes(column) !== true);
      expect({ name, more }).toEqual({ name, more: [] });
    }
  });
});

/** What look-ups tell besides ids. Nothing here says anything about a record's content. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  // A person's own businesses, to choose from.
  businesses_of_user: ['name text', 'role text', 'suspended boolean', 'requires_second_factor boolean'],
  is_system_admin: ['it boolean'],
  consume_stream_token: ['leg integer'],
  sweep_calls: ['kind text'],
  // Of the whole installation, for its metrics.
  delivery_figures: ['outcome text', 'number bigint', 'oldest_sec double precision'],
  // A page's place in the list.
  search_calls: ['started_at timestamp with time zone'],
  search_leads: ['updated_at timestamp with time zone'],
};

describe('the code', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const sourcesOf = async (folders: readonly string[]) => {
    const names = await Promise.all(
      folders.map(async (folder) =>
        (await readdir(`${root}/${folder}`, { recursive: true })).map((name) => `${folder}/${name}`),
      ),
    );
    const files = names.flat().filter((name) => /\.tsx?$/u.test(name) && !name.includes('/generated/'));
    return Promise.all(files.map(async (name) => ({ name, text: await readFile(`${root}/${name}`, 'utf8') })));
  };

  test('reaches rows through one door: no other client of the database is made', async () => {
    const sources = await sourcesOf(['app', 'domain', 'server', 'worker', 'plugins', 'voice', 'platform']);
    const making = sources.filter(({ text }) =>
      /new (PrismaClient|pg\.(Client|Pool)|Client|Pool)\b|\b(openPool|listeningClient)\(/u.test(text),
    );
    expect(making.map(({ name }) => name).sort()).toEqual(DATABASE_CLIENTS);
  });

  test('puts no text of its own making into a query', async () => {
    const sources = await sourcesOf(['app', 'domain', 'server', 'worker']);
    const unsafe = sources.filter(({ text }) => /\$(queryRaw|executeRaw)Unsafe|Prisma\.raw\(/u.test(text));
    // The command that seals every secret anew goes through a closed list of tables and columns of its own.
    expect(unsafe.map(({ name }) => name).filter((name) => name !== 'domain/secrets/rotate.ts')).toEqual([]);
  });
});

/** The one door, and connections that never carry a row of a tenant: starting, migrating, the queue's, ids of changes and of jobs. */
const DATABASE_CLIENTS: readonly string[] = [
  'platform/db/embedded-server.ts',
  'platform/db/embedded.ts',
  'platform/db/index.ts',
  'platform/db/migrate.ts',
  'platform/db/open-process.ts',
  'platform/events.ts',
  'platform/listening-client.ts',
  'platform/pool.ts',
  'platform/queue/connection.ts',
  'worker/outbox-listener.ts',
];

describe('what a process remembers', () => {
  test('is kept under its business: the same words in the same voice are two recordings', async () => {
    const { db } = database;
    const registry = settingsRegistry([]);
    const speech = new SpeechLines({
      db,
      queue: { enqueue: async () => {} },
      registry,
      textsOf: () => ['שלום.'],
      log: createLog({ level: 'silent' }),
      now: () => 0,
    });
    const heard = [];
    for (const byte of [1, 2]) {
      const business = await aBusiness(db);
      const audio = Buffer.alloc(160, byte);
      await keepRendered(db, business.businessId, 'cedar', { text: 'שלום.', audio, durationMs: 20 });
      const { callId } = await aCall(db, business);
      heard.push((await speech.of(await loadCallSetup(db, business.businessId, callId, registry))).get('שלום.'));
    }
    expect(heard[0]).toBeDefined();
    expect(heard[0]).not.toEqual(heard[1]);
  });
});
