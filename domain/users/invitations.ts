import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type AppSecrets, sha256Hex } from '../../platform/crypto.ts';
import { isUniqueViolation, type Database, type Tx } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';
import { storableText } from '../text/storable.ts';
import { linkHash, linkTokenOfRow } from './links.ts';
import { lockMembers } from './members.ts';
import { newPasswordProblem } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import { reaches, type BusinessRole } from './permissions.ts';
import { normaliseEmail, type SignInSource } from './sessions.ts';

/** Milliseconds an invitation works. */
export const INVITATION_MS = 7 * 24 * 60 * 60_000;
/** Invitations of a business that wait for an answer. */
const MAX_OPEN = 50;
/** The job that sends one. */
export const MAIL_INVITATION = 'mail-invitation';

const input = z.object({
  email: z
    .string()
    .max(254, 'כתובת הדוא״ל ארוכה מדי')
    .transform((email) => normaliseEmail(storableText(email)))
    .pipe(z.email('כתובת הדוא״ל אינה תקינה')),
  name: z
    .string()
    .transform((name) => storableText(name).trim())
    .pipe(z.string().max(80, 'לכל היותר 80 תווים')),
  role: z.enum(['owner', 'admin', 'agent'], 'יש לבחור תפקיד'),
});

/** An invitation that waits for an answer. */
export interface OpenInvitation {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: BusinessRole;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** True when nobody answered in time: it wants to be sent again. */
  readonly expired: boolean;
  /** Of its link, for who may hand it over; null when it was made under a secret that is not known here. */
  readonly linkToken: string | null;
  /** True while its letter has not gone out, although it was tried. */
  readonly mailFailed: boolean;
}

/** What the person who was invited is told. */
export interface InvitationFacts {
  readonly businessName: string;
  readonly email: string;
  readonly name: string;
  readonly role: BusinessRole;
  readonly invitedBy: string;
  /** Whether that address has an account already; then it joins by signing in. */
  readonly hasAccount: boolean;
}

/** How an invitation is made. */
export interface InvitationOptions {
  readonly db: Database;
  readonly appSecret: string;
  /** Writes the outbox row of the letter; the link is shown on the page otherwise. */
  readonly byMail: boolean;
}

/** Invitations nobody has answered, the newest first. */
export async function openInvitations(
  db: Database,
  secrets: AppSecrets,
  businessId: string,
  now: Date = new Date(),
): Promise<OpenInvitation[]> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.invitation.findMany({
      where: { businessId, acceptedAt: null, revokedAt: null },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    }),
  );
  return rows.map(({ id, email, name, role, invitedBy, createdAt, expiresAt, tokenHash, mailFailedAt }) => ({
    id,
    email,
    name,
    role,
    invitedBy,
    createdAt,
    expiresAt,
    expired: expiresAt <= now,
    linkToken: linkTokenOfRow(secrets, 'invitation', { id, tokenHash }),
    mailFailed: mailFailedAt !== null,
  }));
}

/**
 * Invites somebody to a business; an open invitation of the same address is replaced. Returns its id.
 * @throws AppError `validation_failed` (details.fields), `forbidden` (a role wider than the inviter's own),
 * `too_many_invitations`; permanent
 */
export async function invite(
  { db, appSecret, byMail }: InvitationOptions,
  businessId: string,
  invited: { readonly email: string; readonly name: string; readonly role: string },
  actor: Actor,
  now: Date = new Date(),
): Promise<string> {
  const parsed = input.safeParse(invited);
  if (!parsed.success) {
    const fields: Record<string, string> = {};
    for (const issue of parsed.error.issues) fields[String(issue.path[0])] ??= issue.message;
    throw new AppError('validation_failed', { permanent: true, details: { fields } });
  }
  return db.withBusiness(businessId, async (tx) => {
    const manager = await lockMembers(tx, businessId, actor);
    if (!reaches(manager, parsed.data.role)) throw new AppError('forbidden', { permanent: true });
    const member = await tx.membership.findFirst({ where: { businessId, user: { email: parsed.data.email } } });
    if (member !== null) {
      const fields = { email: 'האדם הזה כבר חלק מהעסק' };
      throw new AppError('validation_failed', { permanent: true, details: { fields } });
    }
    return replaceInvitation(tx, appSecret, businessId, parsed.data, byMail, actor, now);
  });
}

/** Sends an invitation again: a new link, for another week; the old one is worth nothing. Returns the new id. */
export async function resendInvitation(
  { db, appSecret, byMail }: InvitationOptions,
  businessId: string,
  invitationId: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<string> {
  return db.withBusiness(businessId, async (tx) => {
    const manager = await lockMembers(tx, businessId, actor);
    const { email, name, role } = await openRow(tx, businessId, invitationId);
    if (!reaches(manager, role)) throw new AppError('forbidden', { permanent: true });
    return replaceInvitation(tx, appSecret, businessId, { email, name, role }, byMail, actor, now);
  });
}

/** Takes an invitation back. @throws AppError `invitation_not_found`, `forbidden`; permanent */
export async function revokeInvitation(
  db: Database,
  businessId: string,
  invitationId: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const manager = await lockMembers(tx, businessId, actor);
    const { email, role } = await openRow(tx, businessId, invitationId);
    if (!reaches(manager, role)) throw new AppError('forbidden', { permanent: true });
    await tx.invitation.updateMany({ where: { id: invitationId, businessId }, data: { revokedAt: now } });
    await audit(tx, {
      businessId,
      actor,
      action: 'invitation.revoked',
      entityId: invitationId,
      before: { email, role },
    });
  });
}

/** What a link invites to; null when it is unknown, answered, taken back or too old. */
export async function invitationOfToken(
  db: Database,
  token: string,
  now: Date = new Date(),
): Promise<InvitationFacts | null> {
  const found = await lookUp(db, token);
  if (found === null) return null;
  const row = await db.withBusiness(found.businessId, (tx) =>
    tx.invitation.findFirst({
      where: { id: found.invitationId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
      include: { business: { select: { name: true } } },
    }),
  );
  if (row === null) return null;
  const account = await db.withIdentity((tx) =>
    tx.user.findUnique({ where: { email: row.email }, select: { id: true } }),
  );
  return {
    businessName: row.business.name,
    email: row.email,
    name: row.name,
    role: row.role,
    invitedBy: row.invitedBy,
    hasAccount: account !== null,
  };
}

/**
 * Makes the account an invitation is for, its membership and the end of the invitation: all of it or nothing, and of
 * two who bring the same link one.
 * @throws AppError `link_invalid`, `account_exists` (it joins by signing in), `validation_failed` (details.fields)
 */
export async function acceptAsNew(
  db: Database,
  token: string,
  person: { readonly name: string; readonly password: string },
  source: SignInSource,
  now: Date = new Date(),
): Promise<{ readonly userId: string; readonly businessId: string; readonly email: string }> {
  const facts = await invitationOfToken(db, token, now);
  const found = await lookUp(db, token);
  if (facts === null || found === null) throw new AppError('link_invalid', { permanent: true });
  if (facts.hasAccount) throw new AppError('account_exists', { permanent: true });
  const name = storableText(person.name).trim();
  const fields: Record<string, string> = {};
  if (name.length > 80) fields['name'] = 'לכל היותר 80 תווים';
  const problem = newPasswordProblem(person.password, [facts.email, facts.businessName, name]);
  if (problem !== null) fields['new_password'] = problem;
  if (Object.keys(fields).length > 0) throw new AppError('validation_failed', { permanent: true, details: { fields } });

  const passwordHash = await hashPassword(person.password);
  const userId = randomUUID();
  const { businessId, invitationId } = found;
  try {
    await db.withBusiness(businessId, async (tx) => {
      const { email, role } = await heldInvitation(tx, invitationId, now);
      await tx.user.createMany({ data: [{ id: userId, email, name, passwordHash }] });
      const actor: Actor = { kind: 'person', id: userId, label: email, ...source };
      await join(tx, { businessId, invitationId, userId, email, role }, actor, now);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new AppError('account_exists', { permanent: true, cause: error });
  }
  return { userId, businessId, email: facts.email };
}

/**
 * Lets somebody who is signed in join by an invitation to their own address. Who belongs there already stays what they
 * are.
 * @throws AppError `link_invalid`, `invitation_of_another`; permanent
 */
export async function acceptAsUser(
  db: Database,
  token: string,
  user: { readonly id: string; readonly email: string },
  actor: Actor,
  now: Date = new Date(),
): Promise<{ readonly businessId: string }> {
  const found = await lookUp(db, token);
  if (found === null) throw new AppError('link_invalid', { permanent: true });
  const { businessId, invitationId } = found;
  await db.withBusiness(businessId, async (tx) => {
    const { email, role } = await heldInvitation(tx, invitationId, now);
    if (email !== user.email) throw new AppError('invitation_of_another', { permanent: true });
    await join(tx, { businessId, invitationId, userId: user.id, email, role }, actor, now);
  });
  return { businessId };
}

/** What the job that sends an invitation needs; null when it is open no more. */
export async function invitationToSend(
  db: Database,
  businessId: string,
  invitationId: string,
  now: Date = new Date(),
): Promise<(Omit<InvitationFacts, 'hasAccount'> & { readonly tokenHash: string }) | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.invitation.findFirst({
      where: { id: invitationId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
      include: { business: { select: { name: true } } },
    }),
  );
  if (row === null) return null;
  const { email, name, role, invitedBy, business, tokenHash } = row;
  return { businessName: business.name, email, name, role, invitedBy, tokenHash };
}

/** Notes when an invitation's letter failed to go out; null: it went. */
export async function noteInvitationMail(
  db: Database,
  businessId: string,
  invitationId: string,
  mailFailedAt: Date | null,
): Promise<void> {
  await db.withBusiness(businessId, (tx) =>
    tx.invitation.updateMany({
      where: { id: invitationId, businessId, mailFailedAt: mailFailedAt === null ? { not: null } : null },
      data: { mailFailedAt },
    }),
  );
}

async function lookUp(db: Database, token: string): Promise<{ businessId: string; invitationId: string } | null> {
  const [row] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; invitation_id: string }[]>`
      SELECT * FROM invitation_of_token(${sha256Hex(token)})`,
  );
  return row === undefined ? null : { businessId: row.business_id, invitationId: row.invitation_id };
}

async function openRow(tx: Tx, businessId: string, id: string) {
  const row = await tx.invitation.findFirst({ where: { id, businessId, acceptedAt: null, revokedAt: null } });
  if (row === null) throw new AppError('invitation_not_found', { permanent: true });
  return row;
}

async function replaceInvitation(
  tx: Tx,
  appSecret: string,
  businessId: string,
  invited: { readonly email: string; readonly name: string; readonly role: BusinessRole },
  byMail: boolean,
  actor: Actor,
  now: Date,
): Promise<string> {
  await tx.invitation.updateMany({
    where: { businessId, email: invited.email, acceptedAt: null, revokedAt: null },
    data: { revokedAt: now },
  });
  const open = await tx.invitation.count({ where: { businessId, acceptedAt: null, revokedAt: null } });
  if (open >= MAX_OPEN) throw new AppError('too_many_invitations', { permanent: true, details: { max: MAX_OPEN } });
  const id = randomUUID();
  await tx.invitation.create({
    data: {
      id,
      businessId,
      ...invited,
      tokenHash: linkHash(appSecret, 'invitation', id),
      invitedBy: actor.label.slice(0, 254),
      createdAt: now,
      expiresAt: new Date(now.getTime() + INVITATION_MS),
    },
  });
  if (byMail) {
    await tx.outbox.create({
      data: { businessId, job: MAIL_INVITATION, payload: { businessId, invitationId: id } },
    });
  }
  await audit(tx, {
    businessId,
    actor,
    action: 'invitation.created',
    entityId: id,
    after: { email: invited.email, role: invited.role },
  });
  return id;
}

/** An open invitation, held until the transaction ends. */
async function heldInvitation(tx: Tx, id: string, now: Date): Promise<{ email: string; role: BusinessRole }> {
  const [row] = await tx.$queryRaw<{ email: string; role: BusinessRole }[]>`
    SELECT email, role::text AS role FROM invitations
    WHERE id = ${id}::uuid AND accepted_at IS NULL AND revoked_at IS NULL
      AND expires_at > ${now.toISOString()}::timestamptz
    FOR UPDATE`;
  if (row === undefined) throw new AppError('link_invalid', { permanent: true });
  return row;
}

async function join(
  tx: Tx,
  joined: {
    readonly businessId: string;
    readonly invitationId: string;
    readonly userId: string;
    readonly email: string;
    readonly role: BusinessRole;
  },
  actor: Actor,
  now: Date,
): Promise<void> {
  const { businessId, invitationId, userId, email, role } = joined;
  await tx.membership.createMany({ data: [{ businessId, userId, role }], skipDuplicates: true });
  await tx.invitation.updateMany({ where: { id: invitationId, businessId }, data: { acceptedAt: now } });
  await audit(tx, { businessId, actor, action: 'member.joined', entityId: userId, after: { email, role } });
}
