import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import pg from 'pg';
import { settingsRegistry } from '../../domain/settings/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { plugins } from '../../plugins/index.ts';
import { pluginPorts } from '../../server/ports.ts';
import { rehearseCall } from '../../server/rehearsal.ts';
import { warmUp } from '../../server/warm-up.ts';
import { DEFAULT_TIMEOUTS } from '../../voice/session/limits.ts';
import { Toolbox } from '../../voice/session/toolbox.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const optionsWith = (db: Database) => ({
  db,
  registry: settingsRegistry(plugins),
  plugins,
  toolbox: new Toolbox(
    plugins,
    pluginPorts(db, () => undefined),
  ),
  apology: { text: '', audio: new Uint8Array() },
  timeouts: DEFAULT_TIMEOUTS,
  appSecret: 'a-secret-for-tests-of-thirty-two-characters',
});

/** The rows of every table, past row-level security. */
async function rowCounts(): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: test.url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`);
      counts[name] = Number(rows[0]?.count);
    }
    return counts;
  } finally {
    await client.end();
  }
}

it('a rehearsed call goes all the way to its job, and leaves nothing behind', async () => {
  const before = await rowCounts();
  expect(before).toHaveProperty('calls', 0);
  const statements = { turns: 0, outbox: 0 };
  const seen: Database = {
    ...test.db,
    withBusiness: (businessId, run) =>
      test.db.withBusiness(businessId, async (tx) => {
        try {
          return await run(tx);
        } finally {
          statements.turns = await tx.turn.count();
          statements.outbox = await tx.outbox.count({ where: { dispatchedAt: { not: null } } });
        }
      }),
  };
  await rehearseCall(optionsWith(seen));
  expect(statements).toEqual({ turns: 1, outbox: 1 });
  expect(await rowCounts()).toEqual(before);
});

it('two processes that start at once do not get into each other’s way', async () => {
  await Promise.all([1, 2, 3].map(() => rehearseCall(optionsWith(test.db))));
});

it('a warm-up that fails says so, and the process starts all the same', async () => {
  const lines: string[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line: string) => void lines.push(line) } });
  const away: Database = { ...test.db, withBusiness: vi.fn().mockRejectedValue(new Error('database away')) };
  const address = { address: '127.0.0.1', family: 'IPv4', port: 1 };
  await warmUp({ ...optionsWith(away), publicUrl: 'https://calls.example', authToken: 't', log, address });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('warm_up_failed');
});
