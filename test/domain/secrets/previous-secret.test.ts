import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintNextLeg, openCall, takeStream } from '../../../domain/calls/index.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  invitationOfToken,
  invitationToSend,
  invite,
  linkToken,
  linkTokenOfRow,
  openInvitations,
  passSecondFactor,
  requestReset,
  resetOfToken,
  resetToSend,
  secondFactorSetup,
  sessionOf,
  signIn,
} from '../../../domain/users/index.ts';
import { createVault } from '../../../platform/vault.ts';
import { TOTP } from 'otpauth';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, aCall, APP_SECRET, APP_SECRETS } from '../fixtures.ts';
import { aPerson, PASSWORD } from '../users/people.ts';

/** What was made under the secret before this one, while that one is still given to the process. */

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const NEW = 'the-secret-that-came-after-of-more-than-thirty-two';
const BOTH = { current: NEW, previous: ['one-more', APP_SECRET] };
const NEW_ALONE = { current: NEW };
const SOURCE = { userAgent: 'Mozilla', address: '192.0.2.7' };

describe('a call', () => {
  it('that rang under the old secret gets the same token under the new one, and its stream is let in', async () => {
    const business = await aBusiness(test.db);
    const call = await aCall(test.db, business);
    const form = { callSid: call.callSid, accountSid: 'AC1', from: '+972501234567', to: business.number };
    const again = await openCall(test.db, BOTH, { ...form, direction: 'inbound' });
    expect(again).toMatchObject({ kind: 'accepted', callId: call.callId, streamToken: call.streamToken });
    expect(await takeStream(test.db, call.streamToken, call.callSid)).toMatchObject({ callId: call.callId });
  });

  it('goes on with a next leg, the same under either secret until it is taken', async () => {
    const call = await aCall(test.db, await aBusiness(test.db));
    await takeStream(test.db, call.streamToken, call.callSid);
    const old = await mintNextLeg(test.db, APP_SECRETS, call.callSid);
    expect(await mintNextLeg(test.db, BOTH, call.callSid)).toEqual(old);
    expect(await takeStream(test.db, old?.streamToken ?? '', call.callSid)).toMatchObject({ leg: 1 });
    const next = await mintNextLeg(test.db, BOTH, call.callSid);
    expect(await takeStream(test.db, next?.streamToken ?? '', call.callSid)).toMatchObject({ leg: 2 });
  });

  it('whose token nobody knows any more gets another leg', async () => {
    const call = await aCall(test.db, await aBusiness(test.db));
    const next = await mintNextLeg(test.db, NEW_ALONE, call.callSid);
    expect(next?.leg).toBe(1);
    expect(await takeStream(test.db, next?.streamToken ?? '', call.callSid)).toMatchObject({ leg: 1 });
  });
});

describe('a link', () => {
  it('of an invitation works, and is told as it was', async () => {
    const { businessId } = await aBusiness(test.db);
    const options = { db: test.db, appSecret: APP_SECRET, byMail: false };
    const id = await invite(options, businessId, { email: 'r@example.test', name: '', role: 'agent' }, TEST_ACTOR);
    const token = linkToken(APP_SECRET, 'invitation', id);
    expect(await openInvitations(test.db, BOTH, businessId)).toMatchObject([{ id, linkToken: token }]);
    const row = await invitationToSend(test.db, businessId, id);
    expect(linkTokenOfRow(BOTH, 'invitation', { id, tokenHash: row?.tokenHash ?? '' })).toBe(token);
    expect(await invitationOfToken(test.db, token)).toMatchObject({ email: 'r@example.test' });
    // Without the old secret it still works for whoever has it, and a wrong one is not told.
    expect(await openInvitations(test.db, NEW_ALONE, businessId)).toMatchObject([{ id, linkToken: null }]);
  });

  it('for a new password works, and the letter tells it as it was', async () => {
    const { email } = await aBusiness(test.db);
    const id = await requestReset(test.db, APP_SECRET, { email, countedAddress: 'rotation' });
    const row = await resetToSend(test.db, id);
    const token = linkTokenOfRow(BOTH, 'password-reset', { id, tokenHash: row?.tokenHash ?? '' });
    expect(await resetOfToken(test.db, token ?? '')).toMatchObject({ email });
  });
});

describe('a person', () => {
  const before = { current: APP_SECRET };
  const servicesOf = ({ current, previous = [] }: { current: string; previous?: readonly string[] }) => ({
    db: test.db,
    appSecret: current,
    previousAppSecrets: previous,
    vault: createVault({ current, previous }),
  });

  it('stays signed in', async () => {
    const person = await aPerson(test.db);
    const session = await signIn(test.db, person.email, PASSWORD, 'Mozilla');
    // A session's token is random: no secret is in it.
    expect(await sessionOf(test.db, session?.token ?? '', new Date())).not.toBeNull();
  });

  it('gets in by a recovery code and by the authenticator that were kept under the old secret', async () => {
    const person = await aPerson(test.db);
    await beginSecondFactor(servicesOf(before), person);
    const { secret = '' } = (await secondFactorSetup(servicesOf(BOTH), person)) ?? {};
    const now = new Date();
    const codeAt = (at: number) => new TOTP({ secret }).generate({ timestamp: at });
    const [recovery = ''] = await confirmSecondFactor(
      servicesOf(before),
      person,
      codeAt(now.getTime()),
      TEST_ACTOR,
      now,
    );
    for (const code of [recovery, codeAt(now.getTime() + 30_000)]) {
      const waiting = await signIn(test.db, person.email, PASSWORD, 'Mozilla');
      const passed = await passSecondFactor(servicesOf(BOTH), waiting?.token ?? '', code, SOURCE, now);
      expect(passed.recoveryCodeUsed).toBe(code === recovery);
    }
  });
});
