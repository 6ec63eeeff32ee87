import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptAsNew,
  acceptAsUser,
  changeRole,
  createResetLink,
  INVITATION_MS,
  invitationOfToken,
  invite,
  linkToken,
  listMembers,
  openInvitations,
  removeMember,
  resendInvitation,
  resetOfToken,
  revokeInvitation,
  sessionOf,
  signIn,
  type BusinessRole,
} from '../../../domain/users/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { aBusiness, APP_SECRET, APP_SECRETS } from '../fixtures.ts';
import { aPerson, PASSWORD } from './people.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const options = () => ({ db: test.db, appSecret: APP_SECRET, byMail: false });
const tokenOf = (id: string) => linkToken(APP_SECRET, 'invitation', id);
const SOURCE = { userAgent: 'Mozilla', address: '192.0.2.7' };
const rolesOf = async (businessId: string) =>
  Object.fromEntries((await listMembers(test.db, businessId)).map(({ userId, role }) => [userId, role]));

describe('nobody manages anybody wider than themselves', () => {
  it.each<[manager: BusinessRole, member: BusinessRole, to: BusinessRole, code: string | null]>([
    ['owner', 'owner', 'agent', null],
    ['owner', 'agent', 'owner', null],
    ['admin', 'agent', 'admin', null],
    ['admin', 'admin', 'agent', null],
    ['admin', 'agent', 'owner', 'forbidden'],
    ['admin', 'owner', 'agent', 'forbidden'],
    ['agent', 'agent', 'admin', 'forbidden'],
  ])('%s changes %s to %s', async (manager, member, to, code) => {
    const { businessId } = await aBusiness(test.db);
    const who = await aPerson(test.db, { businessId, role: manager });
    const whom = await aPerson(test.db, { businessId, role: member });
    const done = changeRole(test.db, businessId, whom.id, to, who.actor);
    if (code === null) await done;
    else await expect(done).rejects.toMatchObject({ code });
    expect((await rolesOf(businessId))[whom.id]).toBe(code === null ? to : member);
  });

  it('holds for removing, inviting, taking an invitation back and links for a new password', async () => {
    const { businessId, email } = await aBusiness(test.db);
    const owner = (await listMembers(test.db, businessId)).find((member) => member.email === email)?.userId ?? '';
    const admin = await aPerson(test.db, { businessId, role: 'admin' });
    const forbidden = { code: 'forbidden' };
    await expect(removeMember(test.db, businessId, owner, admin.actor)).rejects.toMatchObject(forbidden);
    await expect(createResetLink(test.db, APP_SECRET, businessId, owner, admin.actor)).rejects.toMatchObject(forbidden);
    const wide = { email: 'boss@example.test', name: '', role: 'owner' };
    await expect(invite(options(), businessId, wide, admin.actor)).rejects.toMatchObject(forbidden);
    const id = await invite(options(), businessId, wide, TEST_ACTOR);
    await expect(revokeInvitation(test.db, businessId, id, admin.actor)).rejects.toMatchObject(forbidden);
    await expect(resendInvitation(options(), businessId, id, admin.actor)).rejects.toMatchObject(forbidden);
  });

  it('is decided by what the manager is now, not by what they were', async () => {
    const { businessId } = await aBusiness(test.db);
    const admin = await aPerson(test.db, { businessId, role: 'admin' });
    const agent = await aPerson(test.db, { businessId, role: 'agent' });
    await removeMember(test.db, businessId, admin.id, TEST_ACTOR);
    await expect(changeRole(test.db, businessId, agent.id, 'admin', admin.actor)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('the last owner', () => {
  it('is neither removed nor demoted, not by themselves either', async () => {
    const { businessId } = await aBusiness(test.db);
    const [owner] = await listMembers(test.db, businessId);
    const id = owner?.userId ?? '';
    await expect(removeMember(test.db, businessId, id, TEST_ACTOR)).rejects.toMatchObject({ code: 'last_owner' });
    await expect(changeRole(test.db, businessId, id, 'admin', TEST_ACTOR)).rejects.toMatchObject({
      code: 'last_owner',
    });
    await changeRole(test.db, businessId, id, 'owner', TEST_ACTOR);
  });

  it('is left when two owners demote each other at once', async () => {
    const { businessId } = await aBusiness(test.db);
    const first = await aPerson(test.db, { businessId, role: 'owner' });
    const second = await aPerson(test.db, { businessId, role: 'owner' });
    const others = await listMembers(test.db, businessId);
    const founder = others.find(({ userId }) => userId !== first.id && userId !== second.id)?.userId ?? '';
    await removeMember(test.db, businessId, founder, TEST_ACTOR);
    const outcomes = await Promise.allSettled([
      changeRole(test.db, businessId, second.id, 'agent', first.actor),
      changeRole(test.db, businessId, first.id, 'agent', second.actor),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(Object.values(await rolesOf(businessId)).sort()).toEqual(['agent', 'owner']);
  });
});

describe('who is removed', () => {
  it('loses the business at once, keeps the account, and is written down', async () => {
    const { businessId } = await aBusiness(test.db);
    const person = await aPerson(test.db, { businessId });
    const token = (await signIn(test.db, person.email, PASSWORD, ''))?.token ?? '';
    expect((await sessionOf(test.db, token))?.business?.id).toBe(businessId);
    await removeMember(test.db, businessId, person.id, TEST_ACTOR);
    expect(await sessionOf(test.db, token)).toMatchObject({ business: null, user: { id: person.id } });
    const entries = await test.db.withBusiness(businessId, (tx) =>
      tx.auditEntry.findMany({ where: { action: 'member.removed' } }),
    );
    expect(entries).toMatchObject([{ entityId: person.id, before: { email: person.email, role: 'agent' } }]);
  });

  it('is nobody of another business', async () => {
    const { businessId } = await aBusiness(test.db);
    const elsewhere = await aPerson(test.db, { businessId: (await aBusiness(test.db)).businessId });
    await expect(removeMember(test.db, businessId, elsewhere.id, TEST_ACTOR)).rejects.toMatchObject({
      code: 'member_not_found',
    });
  });
});

describe('a link for a new password', () => {
  it('is made for who belongs here alone: whoever holds it becomes that person everywhere', async () => {
    const { businessId } = await aBusiness(test.db);
    const owner = await aPerson(test.db, { businessId, role: 'owner' });
    const agent = await aPerson(test.db, { businessId });
    const token = await createResetLink(test.db, APP_SECRET, businessId, agent.id, owner.actor);
    expect(await resetOfToken(test.db, token)).toMatchObject({ userId: agent.id });
    const second = await aBusiness(test.db);
    await test.db.withBusiness(second.businessId, (tx) =>
      tx.membership.create({ data: { userId: agent.id, businessId: second.businessId, role: 'agent' } }),
    );
    const administrator = await aPerson(test.db, { businessId, isSystemAdmin: true });
    for (const whom of [agent, administrator]) {
      await expect(createResetLink(test.db, APP_SECRET, businessId, whom.id, owner.actor)).rejects.toMatchObject({
        code: 'member_elsewhere',
      });
    }
  });
});

describe('an invitation', () => {
  const dana = (email: string) => ({ email, name: 'דנה', role: 'agent' });
  const person = { name: 'דנה', password: 'ענן כחול מעל הגליל' };

  it('makes the account and the membership, once', async () => {
    const { businessId } = await aBusiness(test.db);
    const id = await invite(options(), businessId, dana('Dana@Example.test '), TEST_ACTOR);
    expect(await invitationOfToken(test.db, tokenOf(id))).toMatchObject({
      email: 'dana@example.test',
      hasAccount: false,
    });
    const made = await acceptAsNew(test.db, tokenOf(id), person, SOURCE);
    expect((await rolesOf(businessId))[made.userId]).toBe('agent');
    expect(await signIn(test.db, 'dana@example.test', person.password, '')).not.toBeNull();
    expect(await invitationOfToken(test.db, tokenOf(id))).toBeNull();
    await expect(acceptAsNew(test.db, tokenOf(id), person, SOURCE)).rejects.toMatchObject({ code: 'link_invalid' });
    expect(await openInvitations(test.db, APP_SECRETS, businessId)).toEqual([]);
  });

  it('makes one account of the same link used six times at once', async () => {
    const { businessId } = await aBusiness(test.db);
    const id = await invite(options(), businessId, dana('race@example.test'), TEST_ACTOR);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => acceptAsNew(test.db, tokenOf(id), person, SOURCE)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await test.db.withIdentity((tx) => tx.user.count({ where: { email: 'race@example.test' } }))).toBe(1);
    expect(Object.keys(await rolesOf(businessId))).toHaveLength(2);
  });

  it('leaves no account behind where it does not hold any more', async () => {
    const { businessId } = await aBusiness(test.db);
    const now = new Date();
    const late = new Date(now.getTime() + INVITATION_MS);
    const old = await invite(options(), businessId, dana('late@example.test'), TEST_ACTOR, now);
    await expect(acceptAsNew(test.db, tokenOf(old), person, SOURCE, late)).rejects.toMatchObject({
      code: 'link_invalid',
    });
    const revoked = await invite(options(), businessId, dana('revoked@example.test'), TEST_ACTOR);
    await revokeInvitation(test.db, businessId, revoked, TEST_ACTOR);
    await expect(acceptAsNew(test.db, tokenOf(revoked), person, SOURCE)).rejects.toMatchObject({
      code: 'link_invalid',
    });
    const made = { email: { in: ['late@example.test', 'revoked@example.test'] } };
    expect(await test.db.withIdentity((tx) => tx.user.count({ where: made }))).toBe(0);
  });

  it('is replaced by one sent again, whose link alone works', async () => {
    const { businessId } = await aBusiness(test.db);
    const first = await invite(options(), businessId, dana('again@example.test'), TEST_ACTOR);
    const second = await resendInvitation(options(), businessId, first, TEST_ACTOR);
    expect(await invitationOfToken(test.db, tokenOf(first))).toBeNull();
    expect(await invitationOfToken(test.db, tokenOf(second))).toMatchObject({ email: 'again@example.test' });
    expect(await openInvitations(test.db, APP_SECRETS, businessId)).toMatchObject([{ id: second }]);
  });

  it('lets who has an account join by signing in as the one that was invited, and nobody else', async () => {
    const { businessId } = await aBusiness(test.db);
    const known = await aPerson(test.db);
    const other = await aPerson(test.db);
    const id = await invite(options(), businessId, dana(known.email), TEST_ACTOR);
    await expect(acceptAsNew(test.db, tokenOf(id), person, SOURCE)).rejects.toMatchObject({ code: 'account_exists' });
    await expect(acceptAsUser(test.db, tokenOf(id), other, other.actor)).rejects.toMatchObject({
      code: 'invitation_of_another',
    });
    expect(await acceptAsUser(test.db, tokenOf(id), known, known.actor)).toEqual({ businessId });
    expect((await rolesOf(businessId))[known.id]).toBe('agent');
    await expect(acceptAsUser(test.db, tokenOf(id), known, known.actor)).rejects.toMatchObject({
      code: 'link_invalid',
    });
  });

  it('is refused for who is here already, for a broken address and for an easy password', async () => {
    const { businessId, email } = await aBusiness(test.db);
    const refused = { code: 'validation_failed' };
    await expect(invite(options(), businessId, dana(email), TEST_ACTOR)).rejects.toMatchObject(refused);
    await expect(invite(options(), businessId, dana('no address'), TEST_ACTOR)).rejects.toMatchObject(refused);
    const system = { ...dana('x@example.test'), role: 'system_admin' };
    await expect(invite(options(), businessId, system, TEST_ACTOR)).rejects.toMatchObject(refused);
    const id = await invite(options(), businessId, dana('easy@example.test'), TEST_ACTOR);
    const easy = { name: '', password: 'password123' };
    await expect(acceptAsNew(test.db, tokenOf(id), easy, SOURCE)).rejects.toMatchObject(refused);
  });
});
