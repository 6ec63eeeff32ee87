import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCalls } from '../../../domain/calls/index.ts';
import {
  addNumber,
  importNumbers,
  isListed,
  listedNumbers,
  mayCall,
  readNumbers,
  removeNumber,
} from '../../../domain/do-not-call/index.ts';
import type { Database } from '../../../platform/db/index.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, aCall } from '../fixtures.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
});
afterAll(() => database.close());

const entries = (businessId: string) =>
  db.withBusiness(businessId, (tx) => tx.auditEntry.findMany({ where: { entity: 'do_not_call' } }));

describe('the do-not-call list', () => {
  it('knows a number in every spelling, once, and in its own business alone', async () => {
    const [garage, clinic] = [await aBusiness(db), await aBusiness(db)];
    expect(await addNumber(db, garage.businessId, '052-345-6789', TEST_ACTOR)).toBe(true);
    expect(await addNumber(db, garage.businessId, '+972 52 345 6789', TEST_ACTOR)).toBe(false);
    expect(await isListed(db, garage.businessId, '(052) 3456789')).toBe(true);
    expect(await isListed(db, clinic.businessId, '0523456789')).toBe(false);
    await db.withBusiness(garage.businessId, async (tx) => {
      expect(await mayCall(tx, garage.businessId, '+972523456789')).toBe(false);
      expect(await mayCall(tx, garage.businessId, '+972523456780')).toBe(true);
    });
    await expect(addNumber(db, garage.businessId, 'רונית', TEST_ACTOR)).rejects.toMatchObject({
      code: 'phone_invalid',
    });
  });

  it('is written down in the audit log without a number in it', async () => {
    const { businessId } = await aBusiness(db);
    await addNumber(db, businessId, '052-345-6789', TEST_ACTOR);
    const [listed] = (await listedNumbers(db, businessId, { limit: 10 })).numbers;
    expect(await removeNumber(db, businessId, listed?.id ?? '', TEST_ACTOR)).toBe(true);
    expect(await removeNumber(db, businessId, listed?.id ?? '', TEST_ACTOR)).toBe(false);
    const log = await entries(businessId);
    expect(log.map(({ action }) => action)).toEqual(['do_not_call.added', 'do_not_call.removed']);
    expect(log.map(({ entityId }) => entityId)).toEqual([listed?.id, listed?.id]);
    expect(JSON.stringify(log)).not.toContain('345');
    expect(log[0]?.after).toEqual({ phone: '•••89', reason: 'page' });
  });

  it('takes many numbers at once and tells good lines from bad ones', async () => {
    const { businessId } = await aBusiness(db);
    await addNumber(db, businessId, '0523456781', TEST_ACTOR);
    const lines = readNumbers('052-345-6781\r\n\n052-345-6782; 0523456782,אבי\n*2040\n12');
    expect(lines.map(({ line, verdict, phone }) => [line, verdict, phone])).toEqual([
      [1, 'good', '+972523456781'],
      [2, 'good', '+972523456782'],
      [3, 'repeated', '+972523456782'],
      [4, 'unreadable', null],
      [5, 'good', '*2040'],
      [6, 'unreadable', null],
    ]);
    const good = lines.flatMap(({ phone, verdict }) => (phone !== null && verdict === 'good' ? [phone] : []));
    expect(await importNumbers(db, businessId, good, TEST_ACTOR)).toBe(2);
    const log = await entries(businessId);
    expect(log.at(-1)).toMatchObject({ action: 'do_not_call.imported', after: { added: 2, known: 1 } });
  });

  it('is paged and searched by any part of a number', async () => {
    const { businessId } = await aBusiness(db);
    const phones = Array.from({ length: 7 }, (_, index) => `+97252345670${index}`);
    await importNumbers(db, businessId, phones, TEST_ACTOR);
    const first = await listedNumbers(db, businessId, { limit: 4 });
    expect(first.total).toBe(7);
    const second = await listedNumbers(db, businessId, { limit: 4, cursor: first.nextCursor ?? '' });
    expect([...first.numbers, ...second.numbers].map(({ phone }) => phone).sort()).toEqual(phones);
    expect(second.nextCursor).toBeNull();
    const found = await listedNumbers(db, businessId, { limit: 4, search: '052-3456703' });
    expect(found.numbers.map(({ phone }) => phone)).toEqual(['+972523456703']);
    await expect(listedNumbers(db, businessId, { limit: 4, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe('an opt-out said in a call', () => {
  const at = new Date('2026-03-01T10:00:00Z');

  it('is listed with its call and written down as the caller’s own deed, once', async () => {
    const business = await aBusiness(db);
    const { businessId } = business;
    const call = await aCall(db, business, undefined, '+972523456789');
    await writeCalls(db, businessId, [{ callId: call.callId, optedOutAt: at }]);
    await writeCalls(db, businessId, [{ callId: call.callId, optedOutAt: new Date() }]);
    const { numbers } = await listedNumbers(db, businessId, { limit: 10 });
    expect(numbers).toMatchObject([{ phone: '+972523456789', reason: 'spoken', callSid: call.callSid }]);
    expect(await entries(businessId)).toMatchObject([
      { actorKind: 'caller', action: 'do_not_call.added', after: { phone: '•••89', callSid: call.callSid } },
    ]);
    const row = await db.withBusiness(businessId, (tx) => tx.call.findUniqueOrThrow({ where: { id: call.callId } }));
    expect(row.optedOutAt).toEqual(at);
  });

  it('of a caller without a number lists nobody', async () => {
    const business = await aBusiness(db);
    const call = await aCall(db, business, undefined, 'anonymous');
    await writeCalls(db, business.businessId, [{ callId: call.callId, optedOutAt: at }]);
    expect((await listedNumbers(db, business.businessId, { limit: 10 })).numbers).toEqual([]);
  });

  it('cannot be hung on another business’s call', async () => {
    const [garage, clinic] = [await aBusiness(db), await aBusiness(db)];
    const call = await aCall(db, clinic);
    await writeCalls(db, garage.businessId, [{ callId: call.callId, optedOutAt: at }]);
    expect((await listedNumbers(db, garage.businessId, { limit: 10 })).numbers).toEqual([]);
    expect((await listedNumbers(db, clinic.businessId, { limit: 10 })).numbers).toEqual([]);
    await expect(
      db.withBusiness(garage.businessId, (tx) =>
        tx.doNotCall.create({
          data: {
            id: randomUUID(),
            businessId: garage.businessId,
            phone: '1',
            reason: 'spoken',
            callId: call.callId,
            addedBy: 'x',
          },
        }),
      ),
    ).rejects.toThrow(/row-level security/);
  });
});
