import { sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';
import { storableText } from '../text/storable.ts';
import { newPasswordProblem } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import { requirePassword } from './second-factor.ts';

/** A session, as its person sees it. */
export interface OwnSession {
  readonly id: string;
  readonly userAgent: string;
  /** Network address it was last used from; empty when none was noted. */
  readonly address: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
}

/** Characters of a person's name. */
const MAX_NAME = 80;

/** Changes a person's own name. @throws AppError `validation_failed` (details.fields) */
export async function changeName(db: Database, userId: string, typed: string, actor: Actor): Promise<void> {
  const name = storableText(typed).trim();
  if (name.length > MAX_NAME) throw invalid({ name: `לכל היותר ${MAX_NAME} תווים` });
  await db.withIdentity(async (tx) => {
    const before = await tx.user.findUnique({ where: { id: userId }, select: { name: true } });
    await tx.user.updateMany({ where: { id: userId }, data: { name } });
    await audit(tx, { businessId: null, actor, action: 'account.updated', entityId: userId, before, after: { name } });
  });
}

/**
 * Changes a person's own password and ends their other sessions. `keepToken`: the session that goes on.
 * @throws AppError `validation_failed` (details.fields), `password_wrong`, `too_many_attempts`
 */
export async function changePassword(
  services: { readonly db: Database; readonly appSecret: string },
  user: { readonly id: string; readonly about: readonly string[] },
  passwords: { readonly current: string; readonly next: string },
  keepToken: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<void> {
  const problem = newPasswordProblem(passwords.next, user.about);
  if (problem !== null) throw invalid({ new_password: problem });
  await requirePassword(services, user.id, passwords.current, now);
  const passwordHash = await hashPassword(passwords.next);
  await services.db.withIdentity(async (tx) => {
    await tx.user.updateMany({ where: { id: user.id }, data: { passwordHash } });
    await tx.session.deleteMany({ where: { userId: user.id, tokenHash: { not: sha256Hex(keepToken) } } });
    await tx.passwordReset.updateMany({ where: { userId: user.id, usedAt: null }, data: { usedAt: now } });
    await audit(tx, { businessId: null, actor, action: 'account.password_changed', entityId: user.id, after: {} });
  });
}

/** A person's sessions, the one used last first. */
export async function ownSessions(db: Database, userId: string, now: Date = new Date()): Promise<OwnSession[]> {
  return db.withIdentity((tx) =>
    tx.session.findMany({
      where: { userId, expiresAt: { gt: now }, awaitsSecondFactor: false },
      orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
      select: { id: true, userAgent: true, address: true, createdAt: true, lastSeenAt: true },
    }),
  );
}

/** Ends one of a person's own sessions. @throws AppError `session_not_found` */
export async function endSession(db: Database, userId: string, sessionId: string, actor: Actor): Promise<void> {
  await db.withIdentity(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id: sessionId, userId } });
    if (count === 0) throw new AppError('session_not_found', { permanent: true });
    await audit(tx, { businessId: null, actor, action: 'account.session_ended', entityId: sessionId, after: {} });
  });
}

/** Ends all sessions of a person, this one too. */
export async function endAllSessions(db: Database, userId: string, actor: Actor): Promise<void> {
  await db.withIdentity(async (tx) => {
    await tx.session.deleteMany({ where: { userId } });
    await audit(tx, { businessId: null, actor, action: 'account.signed_out_everywhere', entityId: userId, after: {} });
  });
}

/**
 * The businesses whose event streams a person may have open: whoever ends sessions tells these. Ask before, because an
 * ended session tells nothing of what it acted as.
 */
export async function businessesWatched(db: Database, userId: string): Promise<string[]> {
  const rows = await db.withIdentity(
    (tx: Tx) => tx.$queryRaw<{ id: string }[]>`
      SELECT business_id AS id FROM businesses_of_user(${userId}::uuid)
      UNION SELECT acting_business_id FROM sessions WHERE user_id = ${userId}::uuid AND acting_business_id IS NOT NULL`,
  );
  return rows.map(({ id }) => id);
}

function invalid(fields: Readonly<Record<string, string>>): AppError {
  return new AppError('validation_failed', { permanent: true, details: { fields } });
}
