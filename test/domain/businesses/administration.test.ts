import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  flagsOf,
  hasFlag,
  listBusinesses,
  readAdministration,
  resumeBusiness,
  setFlags,
  suspendBusiness,
} from '../../../domain/businesses/index.ts';
import { loadCallSetup, openCall } from '../../../domain/calls/index.ts';
import { emit, replay, requestReplay } from '../../../domain/deliveries/index.ts';
import { addWebhook, sendTest } from '../../../domain/destinations/index.ts';
import { requestInsight } from '../../../domain/insights/request-insight.ts';
import { settingsRegistry, updateSettings } from '../../../domain/settings/index.ts';
import { createVault } from '../../../platform/vault.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { aBusiness, aCall, APP_SECRETS } from '../fixtures.ts';
import { aPerson } from '../users/people.ts';

const registry = settingsRegistry([]);

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

describe('the list of all businesses', () => {
  it('is empty for everybody but a system administrator, and the database itself says so', async () => {
    const { businessId } = await aBusiness(test.db);
    const owner = await aPerson(test.db, { businessId, role: 'owner' });
    const query = { search: '', since: new Date(0), cursor: null, limit: 10 };
    expect(await listBusinesses(test.db, owner.id, query)).toEqual({ businesses: [], nextCursor: null });
    const nobody = await test.db.withIdentity(
      (tx) => tx.$queryRaw`SELECT * FROM all_businesses('', now(), NULL, NULL, 10)`,
    );
    expect(nobody).toEqual([]);
  });

  it('is paged by name without gap or repetition, searched, and tells numbers, owners and calls', async () => {
    const admin = await aPerson(test.db, { isSystemAdmin: true });
    const made = [await aBusiness(test.db), await aBusiness(test.db), await aBusiness(test.db)];
    const [first] = made;
    if (first === undefined) throw new Error('none');
    await aCall(test.db, first, new Date('2026-05-02T00:00:00Z'));
    await aCall(test.db, first, new Date('2026-04-30T00:00:00Z'));
    const since = new Date('2026-05-01T00:00:00Z');
    const page = (search: string, cursor: string | null = null, limit = 2) =>
      listBusinesses(test.db, admin.id, { search, since, cursor, limit });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { businesses, nextCursor } = await page('', cursor);
      seen.push(...businesses.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen).toEqual(expect.arrayContaining(made.map(({ businessId }) => businessId)));
    for (const search of [first.number, first.email.toUpperCase()]) {
      expect((await page(search)).businesses).toMatchObject([
        { id: first.businessId, numbers: [first.number], owners: [first.email], calls: 1, suspendedAt: null },
      ]);
    }
    expect((await page('%')).businesses).toEqual([]);
    await expect(page('', 'nonsense')).rejects.toMatchObject({ code: 'invalid_cursor' });
  });
});

describe('a suspended business', () => {
  it('turns callers away, keeps them in its list, and takes calls again when it is resumed', async () => {
    const business = await aBusiness(test.db);
    const { businessId, number } = business;
    const before = await aCall(test.db, business);
    await expect(suspendBusiness(test.db, businessId, ' ', TEST_ACTOR)).rejects.toMatchObject({
      code: 'validation_failed',
    });
    await suspendBusiness(test.db, businessId, 'חוב', TEST_ACTOR);
    const form = { accountSid: 'AC1', from: '+972541234567', to: number, direction: 'inbound' } as const;
    const rejected = { kind: 'rejected', reason: 'suspended', businessId };
    expect(await openCall(test.db, APP_SECRETS, { ...form, callSid: 'CA-suspended' })).toEqual(rejected);
    expect(await openCall(test.db, APP_SECRETS, { ...form, callSid: 'CA-suspended' })).toEqual(rejected);
    // A call that was going on already is no new one.
    expect(await openCall(test.db, APP_SECRETS, { ...form, callSid: before.callSid })).toMatchObject({
      kind: 'accepted',
    });
    const kept = await test.db.withBusiness(businessId, (tx) =>
      tx.call.findUnique({ where: { callSid: 'CA-suspended' } }),
    );
    expect(kept).toMatchObject({ status: 'completed', endReason: 'rejected' });
    expect(await readAdministration(test.db, businessId)).toMatchObject({ suspendedReason: 'חוב' });
    await resumeBusiness(test.db, businessId, TEST_ACTOR);
    expect(await openCall(test.db, APP_SECRETS, { ...form, callSid: 'CA-resumed' })).toMatchObject({
      kind: 'accepted',
    });
  });
});

describe('feature flags', () => {
  it('have their defaults until they are set, and whatever else is stored is none', async () => {
    expect(hasFlag({ insights: false }, 'insights')).toBe(false);
    expect(hasFlag(null, 'recordings')).toBe(true);
    expect(hasFlag({ recordings: 'no' }, 'recordings')).toBe(true);
    expect(flagsOf({ webhooks: false, other: true })).toEqual({ recordings: true, insights: true, webhooks: false });
    const { businessId } = await aBusiness(test.db);
    await Promise.all([
      setFlags(test.db, businessId, { insights: false }, TEST_ACTOR),
      setFlags(test.db, businessId, { recordings: false }, TEST_ACTOR),
    ]);
    expect((await readAdministration(test.db, businessId))?.flags).toEqual({
      recordings: false,
      insights: false,
      webhooks: true,
    });
  });

  it('decide whether calls are recorded, whatever the business had chosen before', async () => {
    const business = await aBusiness(test.db);
    const { businessId } = business;
    const set = (patch: object) => updateSettings(test.db, businessId, { ...patch }, registry, { actor: TEST_ACTOR });
    const records = async () =>
      (await loadCallSetup(test.db, businessId, (await aCall(test.db, business)).callId, registry)).settings[
        'record_calls'
      ];
    await set({ record_calls: true });
    expect(await records()).toBe(true);
    await setFlags(test.db, businessId, { recordings: false }, TEST_ACTOR);
    expect(await records()).toBe(false);
    // What was read may be sent back whole, and switched off.
    await set({ record_calls: true });
    await set({ record_calls: false });
    await expect(set({ record_calls: true })).rejects.toMatchObject({
      code: 'validation_failed',
      details: { fields: { record_calls: expect.stringContaining('אינה פתוחה לעסק') as string } },
    });
  });

  it('decide whether a call is analysed: without, it says why, and no job is made', async () => {
    const business = await aBusiness(test.db);
    const { businessId } = business;
    const analysed = async () => {
      const { callId } = await aCall(test.db, business);
      return test.db.withBusiness(businessId, async (tx) => {
        const job = await requestInsight(tx, { businessId, callId }, null, new Date());
        return { job, row: await tx.callInsight.findUnique({ where: { callId } }) };
      });
    };
    expect(await analysed()).toMatchObject({ job: expect.any(String) as string, row: { status: 'pending' } });
    await setFlags(test.db, businessId, { insights: false }, TEST_ACTOR);
    expect(await analysed()).toMatchObject({ job: null, row: { status: 'unavailable', reason: 'analysis_closed' } });
  });

  it('decide whether events are sent to destinations, and whether one may be added, tried or sent to again', async () => {
    const { businessId } = await aBusiness(test.db);
    const managing = { businessId, actor: TEST_ACTOR, vault: createVault(APP_SECRETS) };
    const choice = { name: 'n8n', url: 'https://hooks.example.com/', events: ['lead.created' as const] };
    const { destinationId } = await addWebhook(test.db, managing, choice);
    const lead = { business_id: businessId, lead_id: randomUUID(), phone: '+972501234567', name: null, fields: {} };
    const at = new Date();
    const data = { ...lead, created_at: at.toISOString(), updated_at: at.toISOString() };
    const tell = (key: string) =>
      test.db.withBusiness(businessId, (tx) => emit(tx, { businessId, type: 'lead.created', data, at, key }));
    expect(await tell('first')).toBe(1);
    await setFlags(test.db, businessId, { webhooks: false }, TEST_ACTOR);
    expect(await tell('second')).toBe(0);
    const closed = { code: 'webhooks_closed' };
    await expect(addWebhook(test.db, managing, choice)).rejects.toMatchObject(closed);
    await expect(sendTest(test.db, businessId, destinationId, TEST_ACTOR)).rejects.toMatchObject(closed);

    const deliveryId = await test.db.withBusiness(businessId, async (tx) => {
      await tx.delivery.updateMany({ where: { destinationId }, data: { status: 'failed', finishedAt: at } });
      return (await tx.delivery.findFirstOrThrow({ where: { destinationId } })).id;
    });
    const again = () => replay(test.db, businessId, deliveryId, TEST_ACTOR);
    const span = { destinationId, since: new Date(0), until: new Date(at.getTime() + 1) };
    const all = () => requestReplay(test.db, businessId, TEST_ACTOR, span);
    await expect(again()).rejects.toMatchObject(closed);
    await expect(all()).rejects.toMatchObject(closed);
    // Nothing is lost by it.
    await setFlags(test.db, businessId, { webhooks: true }, TEST_ACTOR);
    expect(await all()).toEqual(expect.any(String));
    expect(await again()).toMatchObject({ deliveryId });
  });
});
