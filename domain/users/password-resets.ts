import { randomUUID } from 'node:crypto';
import { sha256Hex } from '../../platform/crypto.ts';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';
import { limitKey, take, type Limit } from '../rate-limits/index.ts';
import { linkHash } from './links.ts';
import { newPasswordProblem } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import { normaliseEmail, type SignInSource } from './sessions.ts';
import { takeOrRefuse } from './sign-in.ts';

/** The job that sends one. */
export const MAIL_PASSWORD_RESET = 'mail-password-reset';
/** Milliseconds a link works. */
export const RESET_MS = 60 * 60_000;
/** Letters an account may be sent; beyond them none goes out, and the answer stays the same. */
export const RESET_ACCOUNT_LIMIT: Limit = { limit: 5, windowMs: 60 * 60_000 };
/** Requests of a network address, for whatever accounts. */
export const RESET_ADDRESS_LIMIT: Limit = { limit: 20, windowMs: 15 * 60_000 };

/**
 * Makes a link that sets a new password, and returns the id by which the job that sends it finds it. Whether anybody
 * has this address changes neither the answer nor the statements that lead to it.
 * @throws AppError `too_many_attempts` (details.retryAfterMs) by the network address alone
 */
export async function requestReset(
  db: Database,
  appSecret: string,
  request: { readonly email: string; readonly countedAddress: string },
  now: Date = new Date(),
): Promise<string> {
  const email = normaliseEmail(request.email);
  await takeOrRefuse(db, limitKey(appSecret, 'reset-address', request.countedAddress), RESET_ADDRESS_LIMIT, now);
  const { allowed } = await take(db, limitKey(appSecret, 'reset-account', email), RESET_ACCOUNT_LIMIT, now);
  return db.withIdentity(async (tx) => {
    const user = await tx.user.findUnique({ where: { email }, select: { id: true } });
    return insertReset(tx, appSecret, allowed ? (user?.id ?? null) : null, now);
  });
}

/** Makes the link's row in a transaction without a business, and returns its id. */
export async function insertReset(
  tx: Parameters<Parameters<Database['withIdentity']>[0]>[0],
  appSecret: string,
  userId: string | null,
  now: Date,
): Promise<string> {
  const id = randomUUID();
  await tx.passwordReset.create({
    data: {
      id,
      userId,
      tokenHash: linkHash(appSecret, 'password-reset', id),
      createdAt: now,
      expiresAt: new Date(now.getTime() + RESET_MS),
    },
  });
  return id;
}

/** Whom a link is for; null when it is unknown, used or too old. */
export async function resetOfToken(
  db: Database,
  token: string,
  now: Date = new Date(),
): Promise<{ readonly userId: string; readonly email: string } | null> {
  const row = await db.withIdentity((tx) =>
    tx.passwordReset.findFirst({
      where: { tokenHash: sha256Hex(token), usedAt: null, expiresAt: { gt: now } },
      select: { user: { select: { id: true, email: true } } },
    }),
  );
  return row?.user ? { userId: row.user.id, email: row.user.email } : null;
}

/**
 * Sets a new password by a link: works once, and ends every session of the person. The second factor stays.
 * @throws AppError `link_invalid` (unknown, used, too old), `validation_failed` (details.fields)
 */
export async function resetPassword(
  db: Database,
  token: string,
  password: string,
  source: SignInSource,
  now: Date = new Date(),
): Promise<{ readonly userId: string }> {
  const found = await resetOfToken(db, token, now);
  if (found === null) throw new AppError('link_invalid', { permanent: true });
  const { userId, email } = found;
  const problem = newPasswordProblem(password, [email]);
  if (problem !== null) {
    throw new AppError('validation_failed', { permanent: true, details: { fields: { new_password: problem } } });
  }
  const passwordHash = await hashPassword(password);
  await db.withIdentity(async (tx) => {
    const { count } = await tx.passwordReset.updateMany({
      where: { tokenHash: sha256Hex(token), usedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    });
    if (count === 0) throw new AppError('link_invalid', { permanent: true });
    await tx.passwordReset.updateMany({ where: { userId, usedAt: null }, data: { usedAt: now } });
    await tx.user.updateMany({ where: { id: userId }, data: { passwordHash } });
    await tx.session.deleteMany({ where: { userId } });
    const actor: Actor = { kind: 'person', id: userId, label: email, ...source };
    await audit(tx, { businessId: null, actor, action: 'account.password_reset', entityId: userId, after: {} });
  });
  return { userId };
}

/** What the job that sends a link needs; null when nobody is to be told. */
export async function resetToSend(
  db: Database,
  resetId: string,
  now: Date = new Date(),
): Promise<{ readonly email: string; readonly name: string; readonly tokenHash: string } | null> {
  const row = await db.withIdentity((tx) =>
    tx.passwordReset.findFirst({
      where: { id: resetId, usedAt: null, expiresAt: { gt: now } },
      select: { tokenHash: true, user: { select: { email: true, name: true } } },
    }),
  );
  return row?.user ? { ...row.user, tokenHash: row.tokenHash } : null;
}

/** Forgets links that have been over for a day. Returns how many. */
export async function sweepResets(db: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - 24 * RESET_MS);
  const { count } = await db.withIdentity((tx) =>
    tx.passwordReset.deleteMany({ where: { expiresAt: { lt: before } } }),
  );
  return count;
}
