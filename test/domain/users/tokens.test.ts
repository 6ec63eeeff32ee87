import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ACTIONS,
  apiTokenBusiness,
  issueApiToken,
  listApiTokens,
  revokeApiToken,
  scopesAllow,
  TOKEN_SCOPES,
} from '../../../domain/users/index.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { demoBusiness, type DemoBusiness } from '../../helpers/demo-business.ts';

let database: TestDatabase;
let mine: DemoBusiness;
let other: DemoBusiness;
beforeAll(async () => {
  database = await testDatabase();
  mine = await demoBusiness(database.db, '1');
  other = await demoBusiness(database.db, '2');
});
afterAll(() => database.close());

const issue = (wanted: object, now?: Date) =>
  issueApiToken(
    database.db,
    mine.businessId,
    { name: 'n8n', scopes: ['calls:read'], days: 30, ...wanted },
    TEST_ACTOR,
    now,
  );

describe('a token', () => {
  test('speaks for its business with its scopes, until it is revoked', async () => {
    const { token, id } = await issue({ scopes: ['calls:read', 'calls:read', 'leads:read'] });
    expect(await apiTokenBusiness(database.db, token)).toMatchObject({
      businessId: mine.businessId,
      scopes: ['calls:read', 'leads:read'],
    });
    const [shown] = await listApiTokens(database.db, mine.businessId);
    expect(shown).toMatchObject({ id, name: 'n8n', createdBy: 'test', lastFour: token.slice(-4), expired: false });
    await expect(revokeApiToken(database.db, other.businessId, id, TEST_ACTOR)).rejects.toMatchObject({
      code: 'token_not_found',
    });
    await revokeApiToken(database.db, mine.businessId, id, TEST_ACTOR);
    await revokeApiToken(database.db, mine.businessId, id, TEST_ACTOR);
    expect(await apiTokenBusiness(database.db, token)).toBeNull();
  });

  test('is refused once its days are over', async () => {
    const { token, id } = await issue({ days: 1 }, new Date(Date.now() - 25 * 3600 * 1000));
    expect(await apiTokenBusiness(database.db, token)).toBeNull();
    expect(await listApiTokens(database.db, mine.businessId)).toContainEqual(
      expect.objectContaining({ id, expired: true }),
    );
  });

  test.each([
    ['no name', { name: ' ' }, 'name'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['a scope that is none', { scopes: ['*'] }, 'scopes'],
    ['days that are none', { days: 0 }, 'days'],
    ['an endless life', { days: 1e9 }, 'days'],
  ])('with %s is not made', async (_, wanted, field) => {
    await expect(issue(wanted)).rejects.toMatchObject({
      code: 'validation_failed',
      details: { fields: { [field]: expect.stringMatching(/[א-ת]/) } },
    });
  });

  test('leaves a trace of who made and revoked it, and none of itself', async () => {
    const { token, id } = await issue({});
    await revokeApiToken(database.db, mine.businessId, id, TEST_ACTOR);
    const rows = await asSuperuser(
      async (client) =>
        (await client.query('SELECT action FROM audit_entries WHERE entity_id = $1 ORDER BY at, id', [id])).rows,
      database.url,
    );
    expect(rows).toEqual([{ action: 'api_token.created' }, { action: 'api_token.revoked' }]);
    const all = await asSuperuser(
      async (client) => JSON.stringify((await client.query('SELECT * FROM audit_entries')).rows),
      database.url,
    );
    expect(all).not.toContain(token);
  });
});

describe('scopes', () => {
  test('reach the tables of the API, and never people, tokens, secrets or other businesses', () => {
    const reached = ACTIONS.filter((action) => scopesAllow(TOKEN_SCOPES, action));
    expect(
      reached.filter((action) =>
        /^(account|members|tokens|secrets|security|businesses|limits|flags|queue|audit)\./.test(action),
      ),
    ).toEqual([]);
    for (const scope of TOKEN_SCOPES)
      expect(
        ACTIONS.some((action) => scopesAllow([scope], action)),
        scope,
      ).toBe(true);
  });

  test('to read give no leave to write', () => {
    for (const scope of TOKEN_SCOPES.filter((one) => one.endsWith(':read'))) {
      expect(
        ACTIONS.filter((action) => action.endsWith('.write') && scopesAllow([scope], action)),
        scope,
      ).toEqual([]);
    }
    expect(scopesAllow(['gone:read'], 'calls.read')).toBe(false);
    expect(scopesAllow(['*'], 'calls.read')).toBe(true);
  });
});
