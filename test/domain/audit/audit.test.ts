import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../domain/audit/index.ts';
import { changes } from '../../../domain/audit/changes.ts';
import { updateSettings, settingsRegistry } from '../../../domain/settings/index.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { demoBusiness } from '../../helpers/demo-business.ts';
import { SOURCES } from '../../helpers/settings-sources.ts';

describe('what an entry keeps', () => {
  it.each([
    ['only what differs', { a: 1, b: 2 }, { a: 1, b: 3 }, { before: { b: 2 }, after: { b: 3 } }],
    ['nothing where nothing differs', { a: [1] }, { a: [1] }, null],
    ['the whole of what was made', null, { a: 'x' }, { before: null, after: { a: 'x' } }],
    [
      'that a secret changed, and its end alone',
      { api_token: 'psk_0123456789abcdef' },
      { api_token: 'psk_0123456789abWXYZ' },
      { before: { api_token: '••••cdef' }, after: { api_token: '••••WXYZ' } },
    ],
    [
      'nothing at all of a short secret, also inside',
      { password: 'short', inner: { webhook_secret: 'abc' } },
      null,
      { before: { password: '••••', inner: { webhook_secret: '••••' } }, after: null },
    ],
    [
      'of an address that carries a secret its end',
      { monday_webhook_url: null },
      { monday_webhook_url: 'https://hooks.example.com/very-secret' },
      { before: { monday_webhook_url: null }, after: { monday_webhook_url: '••••cret' } },
    ],
  ])('%s', (_, before, after, kept) => {
    expect(changes(before, after)).toEqual(kept);
  });
});

describe('the audit log', () => {
  let database: TestDatabase;
  let businessId: string;
  beforeAll(async () => {
    database = await testDatabase();
    ({ businessId } = await demoBusiness(database.db));
  });
  afterAll(() => database.close());

  const entries = () =>
    database.db.withBusiness(businessId, (tx) => tx.auditEntry.findMany({ orderBy: { at: 'asc' } }));

  it('tells who changed which setting, from what to what, and keeps nothing of a change that failed', async () => {
    const registry = settingsRegistry(SOURCES);
    const options = { actor: { ...TEST_ACTOR, address: '192.0.2.7' } };
    await updateSettings(database.db, businessId, { agent_name: 'נועה' }, registry, options);
    await updateSettings(database.db, businessId, { agent_name: 'נועה' }, registry, options);
    await expect(updateSettings(database.db, businessId, { voice: 'nobody' }, registry, options)).rejects.toThrow();
    const told = (await entries()).filter(({ action }) => action === 'settings.updated');
    expect(told).toMatchObject([
      { actorLabel: 'test', address: '192.0.2.7', before: { agent_name: '' }, after: { agent_name: 'נועה' } },
    ]);
  });

  it('can be changed and removed by nobody, not even past row security', async () => {
    await database.db.withBusiness(businessId, (tx) =>
      audit(tx, { businessId, actor: TEST_ACTOR, action: 'settings.updated', after: { a: 1 } }),
    );
    for (const sql of [
      "UPDATE audit_entries SET action = 'x'",
      'DELETE FROM audit_entries',
      'TRUNCATE audit_entries',
    ]) {
      await expect(asSuperuser((client) => client.query(sql), database.url)).rejects.toThrow('append-only');
      await expect(database.db.withBusiness(businessId, (tx) => tx.$executeRawUnsafe(sql))).rejects.toThrow();
    }
    expect((await entries()).length).toBeGreaterThan(0);
  });

  it('outlives its business', async () => {
    const { businessId: gone } = await demoBusiness(database.db, '9');
    await database.db.withBusiness(gone, (tx) =>
      audit(tx, { businessId: gone, actor: TEST_ACTOR, action: 'business.removed', before: { name: 'x' } }),
    );
    await database.db.withBusiness(gone, (tx) => tx.business.delete({ where: { id: gone } }));
    const kept = await database.db.withBusiness(gone, (tx) => tx.auditEntry.count());
    expect(kept).toBeGreaterThan(0);
  });
});
