import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiTokenBusiness, sessionOf, signIn } from '../../../domain/users/index.ts';
import { readSettings } from '../../../domain/settings/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { APP_SECRET } from '../fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

/** Runs a script as `npm run` does, on this test's database. */
function run(script: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { NODE_ENV: 'test', PATH: process.env['PATH'], DATABASE_URL: test.url, APP_SECRET } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/run.mjs', script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const FLAGS = ['--name', 'מוסך האחים', '--number', '+97231239999', '--owner-email', 'cli@example.test'];
const PASSWORD = ['--owner-password', 'correct horse'];

describe('business-create', () => {
  it('prints id and token as JSON and nothing else, the same the second time', { timeout: 30_000 }, async () => {
    const limits = ['--max-total-calls', '40', '--max-outbound-calls', '0', '--json'];
    const first = await run('business-create', ...FLAGS, ...PASSWORD, ...limits);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const printed = JSON.parse(first.stdout) as { businessId: string; apiToken: string };
    expect(Object.keys(printed)).toEqual(['businessId', 'apiToken']);
    expect(await apiTokenBusiness(test.db, printed.apiToken)).toMatchObject({ businessId: printed.businessId });
    const settings = { max_total_calls: 40, max_outbound_calls: 0 };
    expect(await readSettings(test.db, printed.businessId)).toMatchObject(settings);
    const second = await run('business-create', ...FLAGS, ...PASSWORD, '--max-total-calls', '1', '--json');
    expect(second.stdout).toBe(first.stdout);
    expect(await readSettings(test.db, printed.businessId)).toMatchObject(settings);
  });

  it.each([
    ['what is missing', FLAGS, 'Missing: --owner-password'],
    ['what is wrong', [...FLAGS, '--owner-password', 'short', '--max-total-calls', 'many'], '--max-total-calls'],
    ['an unknown flag', [...FLAGS, ...PASSWORD, '--nonsense'], '--nonsense'],
  ])('names %s and fails', { timeout: 30_000 }, async (_case, args, message) => {
    const outcome = await run('business-create', ...args);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain('Usage: npm run business:create');
  });
});

describe('db-seed', () => {
  it('makes a demo business one can sign in to, and leaves it alone afterwards', { timeout: 30_000 }, async () => {
    const first = await run('db-seed');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('Created');
    const [, email = '', password = ''] = /Sign in: {2}(\S+) \/ (\S+)/.exec(first.stdout) ?? [];
    expect(email).toBe('owner@demo.prosaas.test');
    const session = await signIn(test.db, email, password, '');
    const businessId = (await sessionOf(test.db, session?.token ?? ''))?.business?.id ?? '';
    const settings = await readSettings(test.db, businessId);
    expect(settings).toMatchObject({ bot_speaks_first: true, greeting_message: expect.stringContaining('שלום') });
    await test.db.withBusiness(businessId, (tx) => tx.businessSettings.updateMany({ data: { agent_name: 'אחר' } }));
    expect((await run('db-seed')).stdout).toContain('Already there');
    expect(await readSettings(test.db, businessId)).toEqual({ ...settings, agent_name: 'אחר' });
  });
});
