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
import { openCall } from '../../../domain/calls/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { aBusiness, aCall, APP_SECRETS } from '../fixtures.ts';
import { aPerson } from '../users/people.ts';

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
    expect(hasFlag({}, 'whatsapp')).toBe(false);
    expect(hasFlag(null, 'recordings')).toBe(true);
    expect(hasFlag({ recordings: 'no' }, 'recordings')).toBe(true);
    expect(flagsOf({ whatsapp: true, other: true })).toEqual({
      whatsapp: true,
      outbound_calls: true,
      payments: false,
      recordings: true,
    });
    const { businessId } = await aBusiness(test.db);
    await Promise.all([
      setFlags(test.db, businessId, { whatsapp: true }, TEST_ACTOR),
      setFlags(test.db, businessId, { recordings: false }, TEST_ACTOR),
    ]);
    expect((await readAdministration(test.db, businessId))?.flags).toMatchObject({ whatsapp: true, recordings: false });
  });
});
