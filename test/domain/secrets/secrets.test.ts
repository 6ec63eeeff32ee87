import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clearSecret,
  listSecrets,
  readSecret,
  rotateSecrets,
  SEALED_COLUMNS,
  setSecret,
} from '../../../domain/secrets/index.ts';
import type { Tx } from '../../../platform/db/index.ts';
import { createVault } from '../../../platform/vault.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { demoBusiness } from '../../helpers/demo-business.ts';

let database: TestDatabase;
let mine: string;
let other: string;
const old = createVault({ current: 'the secret of yesterday' });
const now = createVault({ current: 'the secret of today', previous: ['the secret of yesterday'] });
const NAME = 'setting:crm_token';
const SECRET = 'sk-1234567890-wxyz';

beforeAll(async () => {
  database = await testDatabase();
  mine = (await demoBusiness(database.db, '1')).businessId;
  other = (await demoBusiness(database.db, '2')).businessId;
});
afterAll(() => database.close());

const inMine = <T>(run: (tx: Tx) => Promise<T>) => database.db.withBusiness(mine, run);
const set = (secret: string, vault = old, businessId = mine, name = NAME) =>
  database.db.withBusiness(businessId, (tx) => setSecret(tx, vault, { businessId, name, secret, actor: TEST_ACTOR }));
const everything = (table: string) =>
  asSuperuser(async (client) => JSON.stringify((await client.query(`SELECT * FROM ${table}`)).rows), database.url);

describe('a secret of a business', () => {
  test('is read by the server, listed by its last four characters, and nowhere in the clear', async () => {
    await set(SECRET);
    expect(await inMine((tx) => readSecret(tx, old, mine, NAME))).toBe(SECRET);
    expect(await inMine((tx) => listSecrets(tx, mine))).toMatchObject([{ name: NAME, lastFour: 'wxyz' }]);
    for (const table of ['business_secrets', 'audit_entries']) expect(await everything(table)).not.toContain(SECRET);
  });

  test('does not tell a short one by its end', async () => {
    await set('short', old, mine, 'setting:short');
    expect(await inMine((tx) => listSecrets(tx, mine))).toContainEqual(expect.objectContaining({ lastFour: '' }));
    await inMine((tx) => clearSecret(tx, { businessId: mine, name: 'setting:short', actor: TEST_ACTOR }));
    expect(await inMine((tx) => readSecret(tx, old, mine, 'setting:short'))).toBeNull();
  });

  test('is out of sight for another business, and does not open when its row is moved there', async () => {
    expect(await database.db.withBusiness(other, (tx) => readSecret(tx, old, mine, NAME))).toBeNull();
    await asSuperuser(
      (client) =>
        client.query(
          `INSERT INTO business_secrets (id, business_id, name, sealed, last_four)
           SELECT gen_random_uuid(), $1, name, sealed, last_four FROM business_secrets WHERE business_id = $2`,
          [other, mine],
        ),
      database.url,
    );
    await expect(database.db.withBusiness(other, (tx) => readSecret(tx, old, other, NAME))).rejects.toMatchObject({
      code: 'secret_broken',
    });
    await database.db.withBusiness(other, (tx) =>
      clearSecret(tx, { businessId: other, name: NAME, actor: TEST_ACTOR }),
    );
  });

  test.each([
    ['an empty one', '', NAME],
    ['an endless one', 'x'.repeat(5000), NAME],
    ['a name that is none', SECRET, 'Not A Name'],
  ])('%s is refused', async (_, secret, name) => {
    await expect(set(secret, old, mine, name)).rejects.toMatchObject({ code: 'secret_invalid' });
  });
});

describe('after the secret of the installation was changed', () => {
  test('no column that holds sealed values is overlooked', async () => {
    const { rows } = await asSuperuser(
      (client) =>
        client.query<{ table_name: string; column_name: string }>(
          `SELECT table_name, column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND column_name ~ '(^|_)sealed(_|$)' ORDER BY 1, 2`,
        ),
      database.url,
    );
    const known = SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`);
    expect(rows.map((row) => `${row.table_name}.${row.column_name}`)).toEqual(known.sort());
  });

  test('everything is sealed anew once, in every business and for every person, and is the same as before', async () => {
    await set(SECRET);
    await set('another-long-secret', old, other);
    const userId = await database.db.withIdentity(async (tx) => {
      const user = await tx.user.findFirstOrThrow();
      const sealedSecret = old.seal('JBSWY3DPEHPK3PXP', { businessId: 'account', name: `totp:${user.id}` });
      await tx.secondFactor.create({ data: { userId: user.id, sealedSecret } });
      return user.id;
    });
    expect(await rotateSecrets(database.db, now, TEST_ACTOR)).toEqual({ rotated: 3, current: 0, failed: 0 });
    const alone = createVault({ current: 'the secret of today' });
    expect(await inMine((tx) => readSecret(tx, alone, mine, NAME))).toBe(SECRET);
    const factor = await database.db.withIdentity((tx) => tx.secondFactor.findFirstOrThrow());
    expect(alone.open(factor.sealedSecret, { businessId: 'account', name: `totp:${userId}` })).toBe('JBSWY3DPEHPK3PXP');
    expect(await rotateSecrets(database.db, now, TEST_ACTOR)).toEqual({ rotated: 0, current: 3, failed: 0 });
    expect(await everything('audit_entries')).toContain('secret.rotated');
  });

  test('a value under a secret that was not given is left alone and counted', async () => {
    await set(SECRET, createVault({ current: 'lost' }));
    expect(await rotateSecrets(database.db, now, TEST_ACTOR)).toMatchObject({ rotated: 0, failed: 1 });
    await set(SECRET);
  });

  test('what is written while it runs is not overwritten, and two at once do no harm', async () => {
    const done = await Promise.all([
      rotateSecrets(database.db, now, TEST_ACTOR),
      rotateSecrets(database.db, now, TEST_ACTOR),
      set('written-meanwhile', now),
    ]);
    expect(done.slice(0, 2)).toEqual([expect.objectContaining({ failed: 0 }), expect.objectContaining({ failed: 0 })]);
    expect(await inMine((tx) => readSecret(tx, now, mine, NAME))).toBe('written-meanwhile');
  });
});
