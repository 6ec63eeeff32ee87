import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { createBusiness, getBusiness, updateBusiness } from '../../../domain/businesses/index.ts';
import { readSettings } from '../../../domain/settings/index.ts';
import { apiTokenBusiness, signIn } from '../../../domain/users/index.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, APP_SECRET } from '../fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const fresh = (number: string) => ({
  name: 'מרפאת שיניים',
  number,
  ownerEmail: `Owner${number}@Example.test`,
  ownerPassword: 'correct horse',
  maxTotalCalls: 9,
});

/** Everything there is, to show that nothing changed. */
const everything = () =>
  asSuperuser(async (client) => {
    const tables = ['businesses', 'phone_numbers', 'business_settings', 'users', 'memberships', 'api_tokens'];
    const rows = [];
    for (const table of tables) rows.push((await client.query(`SELECT * FROM ${table} ORDER BY 1`)).rows);
    return rows;
  }, test.url);

describe('createBusiness', () => {
  it('makes the business with number, settings, owner and token', async () => {
    const { businessId, apiToken, created } = await createBusiness(test.db, fresh('03-1234567'));
    expect(created).toBe(true);
    expect(await getBusiness(test.db, businessId)).toEqual({
      id: businessId,
      name: 'מרפאת שיניים',
      contactPhone: null,
      contactEmail: null,
      address: null,
      timeZone: 'Asia/Jerusalem',
      numbers: ['+97231234567'],
    });
    expect(await readSettings(test.db, businessId)).toMatchObject({ max_total_calls: 9, max_outbound_calls: 3 });
    expect(await apiTokenBusiness(test.db, apiToken ?? '')).toMatchObject({ businessId });
    expect(await signIn(test.db, 'owner03-1234567@example.test', 'correct horse', '')).not.toBeNull();
  });

  it('changes nothing the second time, and tells the same token again where the secret is known', async () => {
    const business = { ...fresh('+97231234568'), appSecret: APP_SECRET };
    const first = await createBusiness(test.db, business);
    const before = await everything();
    const other = { ...business, number: '03 123 4568', name: 'אחר', ownerEmail: 'new@example.test', maxTotalCalls: 1 };
    expect(await createBusiness(test.db, other)).toEqual({ ...first, created: false });
    expect(await createBusiness(test.db, { ...other, appSecret: undefined })).toEqual({
      businessId: first.businessId,
      apiToken: null,
      created: false,
    });
    expect(await createBusiness(test.db, { ...other, appSecret: 'another secret' })).toMatchObject({ apiToken: null });
    expect(await everything()).toEqual(before);
  });

  it('makes one business when asked twice at the same moment', async () => {
    const business = { ...fresh('+97231234569'), appSecret: APP_SECRET };
    const made = await Promise.all([1, 2, 3].map(() => createBusiness(test.db, business)));
    expect(new Set(made.map((one) => one.businessId)).size).toBe(1);
    expect(new Set(made.map((one) => one.apiToken)).size).toBe(1);
    expect(made.filter((one) => one.created)).toHaveLength(1);
  });

  it('names what is wrong with the input', async () => {
    const wrong = { name: ' ', number: 'anonymous', ownerEmail: 'x', ownerPassword: 'short', maxTotalCalls: 0 };
    await expect(createBusiness(test.db, wrong)).rejects.toMatchObject({
      code: 'invalid_business',
      permanent: true,
      details: { fields: ['name', 'number', 'ownerEmail', 'ownerPassword', 'maxTotalCalls'] },
    });
  });
});

describe('updateBusiness', () => {
  it('changes what is named, normalises the telephone, clears with an empty text', async () => {
    const { businessId } = await aBusiness(test.db);
    const facts = await updateBusiness(
      test.db,
      businessId,
      { contactPhone: '03-1234567', address: ' רחוב 1 ' },
      TEST_ACTOR,
    );
    expect(facts).toMatchObject({
      contactPhone: '+97231234567',
      address: 'רחוב 1',
      name: expect.stringContaining('עסק'),
    });
    expect(await updateBusiness(test.db, businessId, { contactPhone: '' }, TEST_ACTOR)).toMatchObject({
      contactPhone: null,
      address: 'רחוב 1',
    });
  });

  it('answers in Hebrew', async () => {
    const { businessId } = await aBusiness(test.db);
    const wrong = { name: '', contactPhone: 'abc', contactEmail: 'x', address: 5, nonsense: 1 };
    await expect(updateBusiness(test.db, businessId, wrong, TEST_ACTOR)).rejects.toMatchObject({
      code: 'validation_failed',
      details: {
        fields: {
          name: 'שם העסק הוא שדה חובה',
          contactPhone: 'מספר הטלפון אינו תקין',
          contactEmail: 'כתובת הדוא״ל אינה תקינה',
          address: 'יש להזין טקסט',
          nonsense: 'שדה לא מוכר',
        },
      },
    });
  });

  it('reaches no other business', async () => {
    const mine = await aBusiness(test.db);
    const other = await aBusiness(test.db);
    const before = await getBusiness(test.db, other.businessId);
    await updateBusiness(test.db, mine.businessId, { name: 'שלי' }, TEST_ACTOR);
    expect(await getBusiness(test.db, other.businessId)).toEqual(before);
  });
});
