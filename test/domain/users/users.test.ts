import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBusiness } from '../../../domain/businesses/index.ts';
import {
  apiTokenBusiness,
  hashPassword,
  SESSION_MS,
  sessionOf,
  signIn,
  signOut,
  switchBusiness,
  verifyPassword,
} from '../../../domain/users/index.ts';
import { DECOY_HASH } from '../../../domain/users/passwords.ts';
import { sha256Hex } from '../../../platform/crypto.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness } from '../fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

describe('passwords', () => {
  it('are hashed with the stated parameters, and the decoy with the same', async () => {
    const parameters = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
    expect(await hashPassword('correct horse')).toMatch(parameters);
    expect(DECOY_HASH).toMatch(parameters);
    expect(DECOY_HASH).toHaveLength((await hashPassword('x')).length);
  });

  it('match themselves alone', async () => {
    const stored = await hashPassword('סיסמה ארוכה');
    expect(await verifyPassword(stored, 'סיסמה ארוכה')).toBe(true);
    expect(await verifyPassword(stored, 'סיסמה אחרת')).toBe(false);
    expect(await verifyPassword(stored, '')).toBe(false);
    expect(await verifyPassword(null, 'סיסמה ארוכה')).toBe(false);
    expect(await verifyPassword(stored, 'א'.repeat(100_000))).toBe(false);
  });
});

describe('a session', () => {
  it('stands for the person and their business until it is ended or expires', async () => {
    const { businessId, email } = await aBusiness(test.db);
    const now = new Date();
    const signedIn = await signIn(test.db, ` ${email.toUpperCase()} `, 'correct horse', 'Mozilla', now);
    expect(signedIn?.user).toMatchObject({ email, isSystemAdmin: false });
    const token = signedIn?.token ?? '';
    const plain = { suspended: false, requiresSecondFactor: false };
    const business = { id: businessId, name: expect.any(String), role: 'owner', ...plain };
    const facts = {
      sessionId: expect.any(String),
      user: signedIn?.user,
      business,
      actsAs: false,
      businesses: [business],
    };
    expect(await sessionOf(test.db, token)).toEqual(facts);
    expect(await sessionOf(test.db, token, new Date(now.getTime() + SESSION_MS + 1))).toBeNull();
    expect(await sessionOf(test.db, `${token}x`)).toBeNull();
    await signOut(test.db, token);
    expect(await sessionOf(test.db, token)).toBeNull();
    await signOut(test.db, token);
  });

  it('is stored as a hash alone', async () => {
    const { email } = await aBusiness(test.db);
    const token = (await signIn(test.db, email, 'correct horse', ''))?.token ?? '';
    const rows = await asSuperuser((client) => client.query('SELECT * FROM sessions'), test.url);
    expect(JSON.stringify(rows.rows)).not.toContain(token);
    expect(JSON.stringify(rows.rows)).toContain(sha256Hex(token));
  });

  it('is not given for a wrong password or an unknown address', async () => {
    const { email } = await aBusiness(test.db);
    expect(await signIn(test.db, email, 'wrong horse', '')).toBeNull();
    expect(await signIn(test.db, 'nobody@example.test', 'correct horse', '')).toBeNull();
  });

  it('does as much work for an unknown address as for a wrong password', async () => {
    const { email } = await aBusiness(test.db);
    // Work, not time: what else the machine does must not tell the two apart.
    const work = async (address: string) => {
      const before = process.cpuUsage();
      for (let run = 0; run < 5; run++) await signIn(test.db, address, 'wrong horse', '');
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await work(email);
    const unknown = await work('nobody@example.test');
    const known = await work(email);
    // Without the decoy the one would take a small fraction of the other.
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });

  it('moves between the businesses of its person and no others', async () => {
    const first = await aBusiness(test.db);
    const stranger = await aBusiness(test.db);
    const second = await createBusiness(test.db, {
      name: 'עסק שני',
      number: '+97231112233',
      ownerEmail: first.email,
      ownerPassword: 'ignored because known',
    });
    const token = (await signIn(test.db, first.email, 'correct horse', ''))?.token ?? '';
    expect((await sessionOf(test.db, token))?.businesses).toHaveLength(2);
    expect(await switchBusiness(test.db, token, second.businessId)).toBe(true);
    expect((await sessionOf(test.db, token))?.business?.id).toBe(second.businessId);
    expect(await switchBusiness(test.db, token, stranger.businessId)).toBe(false);
    expect((await sessionOf(test.db, token))?.business?.id).toBe(second.businessId);
  });
});

describe('an API token', () => {
  it('stands for its business until it is revoked, and notes that it was used', async () => {
    const { businessId, apiToken } = await createBusiness(test.db, {
      name: 'עסק',
      number: '+97231112244',
      ownerEmail: 'api@example.test',
      ownerPassword: 'correct horse',
    });
    expect(await apiTokenBusiness(test.db, apiToken ?? '')).toMatchObject({ businessId });
    expect(await apiTokenBusiness(test.db, `${apiToken}x`)).toBeNull();
    const rows = () => test.db.withBusiness(businessId, (tx) => tx.apiToken.findMany());
    expect((await rows())[0]?.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(await rows())).not.toContain(apiToken);
    await test.db.withBusiness(businessId, (tx) => tx.apiToken.updateMany({ data: { revokedAt: new Date() } }));
    expect(await apiTokenBusiness(test.db, apiToken ?? '')).toBeNull();
  });
});
