import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addNumber, labelNumber, listNumbers, removeNumber } from '../../domain/numbers/index.ts';
import { openCall } from '../../domain/calls/index.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness } from '../helpers/demo-business.ts';

let database: TestDatabase;
let mine: string;
let other: string;
beforeAll(async () => {
  database = await testDatabase();
  mine = (await demoBusiness(database.db, '1')).businessId;
  other = (await demoBusiness(database.db, '2')).businessId;
});
afterAll(() => database.close());

const add = (number: string, businessId = mine, label = '') =>
  addNumber(database.db, businessId, { number, label }, TEST_ACTOR);
const fieldsOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: { details: { fields: unknown } }) => error.details.fields,
  );
const ring = (to: string, callSid: string) =>
  openCall(
    database.db,
    { current: 'secret' },
    { callSid, accountSid: 'AC', from: '+972501234567', to, direction: 'inbound' },
  );

describe('a number', () => {
  test.each([
    ['03-555 1111', '+97235551111'],
    ['+972 72-2222222', '+972722222222'],
    ['+1 (212) 555-0123', '+12125550123'],
    ['*2040', '*2040'],
    ['100', '100'],
  ])('%s is kept as %s', async (typed, kept) => {
    expect((await add(typed)).number).toBe(kept);
  });

  test.each(['', 'abc', '+', '05', '12345678901234567890'])('%j is none', async (typed) => {
    expect(await fieldsOf(add(typed))).toEqual({ number: 'מספר הטלפון אינו תקין' });
  });

  test('that is taken is refused without a word about whose it is; in one’s own list it says so', async () => {
    await add('+972732222222', other);
    expect(await fieldsOf(add('073-222 2222'))).toEqual({ number: 'המספר הזה כבר שייך לעסק במערכת' });
    expect(await fieldsOf(add('073-2222222', other))).toEqual({ number: 'המספר הזה כבר ברשימה' });
  });

  test('goes to one of two businesses that add it at the same moment', async () => {
    const done = await Promise.allSettled([mine, other, mine, other].map((business) => add('+972733333333', business)));
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('rings from the next call on, and no more when it was removed', async () => {
    expect(await ring('0734444444', 'CA1')).toEqual({ kind: 'rejected', reason: 'unknown_number' });
    const { id } = await add('073-4444444', mine, 'מודעות');
    expect(await ring('0734444444', 'CA2')).toMatchObject({ kind: 'accepted', businessId: mine });
    await removeNumber(database.db, mine, id, TEST_ACTOR);
    expect(await ring('0734444444', 'CA3')).toEqual({ kind: 'rejected', reason: 'unknown_number' });
  });

  test('of another business can be neither named nor removed', async () => {
    const { id } = await add('+972735555555', other);
    await expect(labelNumber(database.db, mine, id, 'שלי', TEST_ACTOR)).rejects.toMatchObject({
      code: 'number_not_found',
    });
    await expect(removeNumber(database.db, mine, id, TEST_ACTOR)).rejects.toMatchObject({ code: 'number_not_found' });
    await labelNumber(database.db, other, id, 'סניף', TEST_ACTOR);
    expect(await listNumbers(database.db, other)).toContainEqual(expect.objectContaining({ id, label: 'סניף' }));
  });
});
