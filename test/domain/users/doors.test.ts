import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ACCOUNT_LIMIT,
  awaitingSecondFactor,
  beginSecondFactor,
  beginActingAs,
  businessesWatched,
  changePassword,
  confirmSecondFactor,
  createSystemAdmin,
  disableSecondFactor,
  endActingAs,
  endAllSessions,
  endSession,
  guardedSignIn,
  linkToken,
  ownSessions,
  passSecondFactor,
  recoveryCodesLeft,
  requestReset,
  RESET_MS,
  resetPassword,
  SECOND_FACTOR_WAIT_MS,
  secondFactorSetup,
  sessionOf,
  signIn,
} from '../../../domain/users/index.ts';
import { createVault } from '../../../platform/vault.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { aBusiness, APP_SECRET, seconds } from '../fixtures.ts';
import { aPerson, PASSWORD, type Person } from './people.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const NEW = 'ענן כחול מעל הגליל';
const NOW = new Date('2026-05-01T12:00:00.000Z');
const services = () => ({ db: test.db, appSecret: APP_SECRET, vault: createVault({ current: APP_SECRET }) });
const SOURCE = { userAgent: 'Mozilla', address: '192.0.2.7' };
const wrong = { code: 'code_wrong' };
const tooMany = { code: 'too_many_attempts' };

let addresses = 0;
const attempt = (email: string, password: string, now = NOW, countedAddress = `198.51.100.${++addresses % 250}`) =>
  guardedSignIn(test.db, APP_SECRET, { email, password, ...SOURCE, countedAddress }, now);

describe('signing in too often', () => {
  it('locks an account, its right password too, until the window is over', async () => {
    const { email } = await aPerson(test.db);
    for (let n = 0; n < ACCOUNT_LIMIT.limit; n++) expect(await attempt(email, 'wrong')).toBeNull();
    await expect(attempt(email, PASSWORD, seconds(NOW, 60))).rejects.toMatchObject({
      ...tooMany,
      details: { retryAfterMs: ACCOUNT_LIMIT.windowMs - 60_000 },
    });
    expect(await attempt(email, PASSWORD, seconds(NOW, ACCOUNT_LIMIT.windowMs / 1000))).not.toBeNull();
  });

  it('says the same of an account that does not exist', async () => {
    for (let n = 0; n < ACCOUNT_LIMIT.limit; n++) expect(await attempt('nobody@example.test', 'wrong')).toBeNull();
    await expect(attempt('nobody@example.test', 'wrong')).rejects.toMatchObject(tooMany);
  });

  it('counts failures alone: who gets in begins anew', async () => {
    const { email } = await aPerson(test.db);
    for (let round = 0; round < 2; round++) {
      for (let n = 1; n < ACCOUNT_LIMIT.limit; n++) expect(await attempt(email, 'wrong')).toBeNull();
      expect(await attempt(email, PASSWORD)).not.toBeNull();
    }
  });

  it('locks an address that tries many accounts, and counts no success against it', async () => {
    const { email } = await aPerson(test.db);
    const address = '203.0.113.9';
    // The limit's last places alone: each attempt costs a hash.
    await asSuperuser(async (client) => {
      await attempt('first@example.test', 'wrong', NOW, address);
      await client.query(
        "UPDATE rate_limits SET count = 49 WHERE key LIKE 'sign-in-address:%' AND count = 1 AND window_ends_at = $1",
        [new Date(NOW.getTime() + 15 * 60_000)],
      );
    }, test.url);
    for (let n = 0; n < 3; n++) expect(await attempt(email, PASSWORD, NOW, address)).not.toBeNull();
    expect(await attempt('second@example.test', 'wrong', NOW, address)).toBeNull();
    await expect(attempt(email, PASSWORD, NOW, address)).rejects.toMatchObject(tooMany);
  });
});

describe('a new password', () => {
  it('asks for the current one, ends the other sessions and keeps this one', async () => {
    const { id, email, actor } = await aPerson(test.db);
    const [own, other] = [
      (await signIn(test.db, email, PASSWORD, ''))?.token ?? '',
      (await signIn(test.db, email, PASSWORD, ''))?.token ?? '',
    ];
    const change = (current: string, next: string) =>
      changePassword(services(), { id, about: [email] }, { current, next }, own, actor);
    await expect(change('wrong', NEW)).rejects.toMatchObject({ code: 'password_wrong' });
    await expect(change(PASSWORD, 'password12')).rejects.toMatchObject({ code: 'validation_failed' });
    await change(PASSWORD, NEW);
    expect(await sessionOf(test.db, own)).not.toBeNull();
    expect(await sessionOf(test.db, other)).toBeNull();
    expect(await signIn(test.db, email, PASSWORD, '')).toBeNull();
    expect(await signIn(test.db, email, NEW, '')).not.toBeNull();
  });

  it('is set by a link once, which ends every session', async () => {
    const { email } = await aPerson(test.db);
    const session = (await signIn(test.db, email, PASSWORD, ''))?.token ?? '';
    const id = await requestReset(test.db, APP_SECRET, { email: ` ${email.toUpperCase()}`, countedAddress: 'a' });
    const token = linkToken(APP_SECRET, 'password-reset', id);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 4 }, (_, n) => resetPassword(test.db, token, `${NEW} ${n}`, SOURCE)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await sessionOf(test.db, session)).toBeNull();
    await expect(resetPassword(test.db, token, NEW, SOURCE)).rejects.toMatchObject({ code: 'link_invalid' });
  });

  it('is not set by a link that is too old, and a newer link makes the older ones worthless once used', async () => {
    const { email } = await aPerson(test.db);
    const [first = '', second = ''] = await Promise.all(
      [1, 2].map(() => requestReset(test.db, APP_SECRET, { email, countedAddress: 'b' }, NOW)),
    );
    const tokenOf = (id: string) => linkToken(APP_SECRET, 'password-reset', id);
    const late = seconds(NOW, RESET_MS / 1000);
    const invalid = { code: 'link_invalid' };
    await expect(resetPassword(test.db, tokenOf(first), NEW, SOURCE, late)).rejects.toMatchObject(invalid);
    await resetPassword(test.db, tokenOf(second), NEW, SOURCE, NOW);
    await expect(resetPassword(test.db, tokenOf(first), NEW, SOURCE, NOW)).rejects.toMatchObject(invalid);
  });

  it('is asked for in the same statements whether or not anybody has the address', async () => {
    const { email } = await aPerson(test.db);
    const rows = () => test.db.withIdentity((tx) => tx.passwordReset.count());
    for (const asked of [email, 'nobody@example.test']) {
      const before = await rows();
      await requestReset(test.db, APP_SECRET, { email: asked, countedAddress: 'c' });
      expect(await rows()).toBe(before + 1);
    }
  });
});

describe('sessions', () => {
  it('are listed, ended one by one by their own person alone, and all at once', async () => {
    const { businessId } = await aBusiness(test.db);
    const person = await aPerson(test.db, { businessId });
    const stranger = await aPerson(test.db);
    for (const browser of ['a', 'b', 'c']) await signIn(test.db, person.email, PASSWORD, browser);
    const sessions = await ownSessions(test.db, person.id);
    expect(sessions.map(({ userAgent }) => userAgent).sort()).toEqual(['a', 'b', 'c']);
    const [first] = sessions;
    await expect(endSession(test.db, stranger.id, first?.id ?? '', stranger.actor)).rejects.toMatchObject({
      code: 'session_not_found',
    });
    await endSession(test.db, person.id, first?.id ?? '', person.actor);
    expect(await ownSessions(test.db, person.id)).toHaveLength(2);
    expect(await businessesWatched(test.db, person.id)).toEqual([businessId]);
    await endAllSessions(test.db, person.id, person.actor);
    expect(await ownSessions(test.db, person.id)).toEqual([]);
  });

  it('note that they are used at most once a minute', async () => {
    const { id, email } = await aPerson(test.db);
    const token = (await signIn(test.db, email, PASSWORD, '', NOW))?.token ?? '';
    const seen = async () => (await ownSessions(test.db, id, NOW))[0]?.lastSeenAt.getTime();
    await sessionOf(test.db, token, seconds(NOW, 59));
    expect(await seen()).toBe(NOW.getTime());
    await sessionOf(test.db, token, seconds(NOW, 60), '192.0.2.99');
    expect(await seen()).toBe(seconds(NOW, 60).getTime());
    expect((await ownSessions(test.db, id, NOW))[0]?.address).toBe('192.0.2.99');
  });
});

/** A person with a second factor, its authenticator and recovery codes. */
async function aGuardedPerson(): Promise<{ person: Person; code: (at: Date) => string; codes: string[] }> {
  const person = await aPerson(test.db);
  await beginSecondFactor(services(), person);
  const setup = await secondFactorSetup(services(), person);
  const totp = new TOTP({ secret: Secret.fromBase32(setup?.secret ?? ''), period: 30 });
  const code = (at: Date) => totp.generate({ timestamp: at.getTime() });
  const codes = await confirmSecondFactor(services(), person, code(NOW), person.actor, NOW);
  return { person, code, codes };
}

describe('the second factor', () => {
  const signInAt = async (email: string, at: Date) =>
    (await signIn(test.db, email, PASSWORD, 'Mozilla', at))?.token ?? '';

  it('is asked for only once it is confirmed, by a right code', async () => {
    const person = await aPerson(test.db);
    await beginSecondFactor(services(), person);
    expect(await signIn(test.db, person.email, PASSWORD, '')).toMatchObject({ awaitsSecondFactor: false });
    await expect(confirmSecondFactor(services(), person, '000000', person.actor, NOW)).rejects.toMatchObject(wrong);
    const { person: guarded } = await aGuardedPerson();
    expect(await signIn(test.db, guarded.email, PASSWORD, '')).toMatchObject({ awaitsSecondFactor: true });
    expect(await secondFactorSetup(services(), guarded)).toBeNull();
  });

  it('is not confirmed by a code of one that was begun anew in another window meanwhile', async () => {
    const person = await aPerson(test.db);
    await beginSecondFactor(services(), person);
    const setup = await secondFactorSetup(services(), person);
    const totp = new TOTP({ secret: Secret.fromBase32(setup?.secret ?? ''), period: 30 });
    const code = totp.generate({ timestamp: NOW.getTime() });
    let isRead = false;
    const withIdentity: typeof test.db.withIdentity = async (work) => {
      const result = await test.db.withIdentity(work);
      if (!isRead) {
        isRead = true;
        await beginSecondFactor(services(), person);
      }
      return result;
    };
    const meanwhile = { ...services(), db: { ...test.db, withIdentity } };
    await expect(confirmSecondFactor(meanwhile, person, code, person.actor, NOW)).rejects.toMatchObject({
      code: 'second_factor_not_begun',
    });
    expect((await secondFactorSetup(services(), person))?.secret).not.toBe(setup?.secret);
  });

  it('is kept sealed, and its recovery codes as hashes', async () => {
    const { codes, person } = await aGuardedPerson();
    expect(codes).toHaveLength(10);
    const { rows } = await asSuperuser(
      (client) =>
        client.query(
          'SELECT f.sealed_secret, c.code_hash FROM second_factors f JOIN recovery_codes c USING (user_id) WHERE user_id = $1',
          [person.id],
        ),
      test.url,
    );
    expect(rows).toHaveLength(10);
    expect(JSON.stringify(rows)).not.toContain(codes[0]);
    expect(JSON.stringify(rows)).toContain('v1.');
  });

  it('opens nothing before it is passed, waits ten minutes, and gives another session then', async () => {
    const { person, code } = await aGuardedPerson();
    const at = seconds(NOW, 60);
    const waiting = await signInAt(person.email, at);
    expect(await sessionOf(test.db, waiting, at)).toBeNull();
    expect(await awaitingSecondFactor(test.db, waiting, seconds(at, SECOND_FACTOR_WAIT_MS / 1000))).toBeNull();
    const passed = await passSecondFactor(services(), waiting, code(at), SOURCE, at);
    expect(passed.token).not.toBe(waiting);
    expect(await sessionOf(test.db, passed.token, at)).toMatchObject({ user: { id: person.id } });
    await expect(passSecondFactor(services(), waiting, code(at), SOURCE, at)).rejects.toMatchObject({
      code: 'signed_out',
    });
  });

  it('takes a code once: not the one it was confirmed with, and not for two sign-ins at once', async () => {
    const { person, code } = await aGuardedPerson();
    const waiting = await signInAt(person.email, NOW);
    await expect(passSecondFactor(services(), waiting, code(NOW), SOURCE, NOW)).rejects.toMatchObject(wrong);
    const at = seconds(NOW, 90);
    const tokens = [await signInAt(person.email, at), await signInAt(person.email, at)];
    const outcomes = await Promise.allSettled(
      tokens.map((token) => passSecondFactor(services(), token, code(at), SOURCE, at)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('takes a recovery code once, however it is typed', async () => {
    const { person, codes } = await aGuardedPerson();
    const typed = ` ${(codes[0] ?? '').toUpperCase().replaceAll('-', ' ')} `;
    const first = await signInAt(person.email, NOW);
    expect(await passSecondFactor(services(), first, typed, SOURCE, NOW)).toMatchObject({ recoveryCodeUsed: true });
    expect(await recoveryCodesLeft(test.db, person.id)).toBe(9);
    const second = await signInAt(person.email, NOW);
    await expect(passSecondFactor(services(), second, typed, SOURCE, NOW)).rejects.toMatchObject(wrong);
  });

  it('counts each of many wrong codes at once, and is closed to the right one then', async () => {
    const { person, code } = await aGuardedPerson();
    const at = seconds(NOW, 90);
    const waiting = await signInAt(person.email, at);
    const guess = (typed: string) => passSecondFactor(services(), waiting, typed, SOURCE, at);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => guess('not-a-code')));
    const codesOf = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : '',
    );
    expect(codesOf.filter((one) => one === 'code_wrong')).toHaveLength(5);
    expect(codesOf.filter((one) => one === 'too_many_attempts')).toHaveLength(3);
    await expect(guess(code(at))).rejects.toMatchObject(tooMany);
  });

  it('is taken off with the password alone', async () => {
    const { person } = await aGuardedPerson();
    await expect(disableSecondFactor(services(), person, 'wrong', person.actor)).rejects.toMatchObject({
      code: 'password_wrong',
    });
    await disableSecondFactor(services(), person, PASSWORD, person.actor);
    expect(await signIn(test.db, person.email, PASSWORD, '')).toMatchObject({ awaitsSecondFactor: false });
    expect(await recoveryCodesLeft(test.db, person.id)).toBe(0);
  });
});

describe('a system administrator', () => {
  it('is made once, belongs to no business, and is refused an easy password', async () => {
    const admin = { email: 'Root@Example.test', password: NEW };
    const first = await createSystemAdmin(test.db, admin, TEST_ACTOR);
    expect(first.created).toBe(true);
    expect(await createSystemAdmin(test.db, { ...admin, password: `${NEW}!` }, TEST_ACTOR)).toEqual({
      userId: first.userId,
      created: false,
    });
    const token = (await signIn(test.db, 'root@example.test', NEW, ''))?.token ?? '';
    expect(await sessionOf(test.db, token)).toMatchObject({ business: null, user: { isSystemAdmin: true } });
    await expect(createSystemAdmin(test.db, { email: 'x', password: 'password12' }, TEST_ACTOR)).rejects.toMatchObject({
      code: 'invalid_admin',
      details: { fields: ['email', 'password'] },
    });
  });

  it('acts as a business from a begin to an end that its log tells, and nobody else does', async () => {
    const { businessId, email } = await aBusiness(test.db);
    const admin = await aPerson(test.db, { isSystemAdmin: true });
    const token = (await signIn(test.db, admin.email, PASSWORD, ''))?.token ?? '';
    await beginActingAs(test.db, token, businessId, admin.actor);
    expect(await sessionOf(test.db, token)).toMatchObject({
      actsAs: true,
      business: { id: businessId, role: 'system_admin' },
    });
    expect(await businessesWatched(test.db, admin.id)).toEqual([businessId]);
    expect(await endActingAs(test.db, token, admin.actor)).toBe(businessId);
    expect(await endActingAs(test.db, token, admin.actor)).toBeNull();
    expect(await sessionOf(test.db, token)).toMatchObject({ actsAs: false, business: null });
    const entries = await test.db.withBusiness(businessId, (tx) =>
      tx.auditEntry.findMany({ where: { actorId: admin.id }, orderBy: { at: 'asc' } }),
    );
    expect(entries.map(({ action, actedAs }) => [action, actedAs])).toEqual([
      ['business.acting_began', true],
      ['business.acting_ended', true],
    ]);
    const owner = (await signIn(test.db, email, 'correct horse', ''))?.token ?? '';
    const other = await aBusiness(test.db);
    await expect(beginActingAs(test.db, owner, other.businessId, TEST_ACTOR)).rejects.toMatchObject({
      code: 'forbidden',
    });
    // Written past the application, it is worth nothing to who administers nothing.
    await asSuperuser(
      (client) => client.query('UPDATE sessions SET acting_business_id = $1', [other.businessId]),
      test.url,
    );
    expect(await sessionOf(test.db, owner)).toMatchObject({ actsAs: false, business: { id: businessId } });
  });
});
