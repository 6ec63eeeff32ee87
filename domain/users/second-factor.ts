import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { allSecrets, deriveKey, hmacToken, sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { Vault } from '../../platform/vault.ts';
import { audit, type Actor } from '../audit/index.ts';
import { clearLimit, limitKey, type Limit } from '../rate-limits/index.ts';
import { verifyPassword } from './passwords.ts';
import { beginSession, type SignInSource } from './sessions.ts';
import { takeOrRefuse } from './sign-in.ts';

/** Codes a person may get wrong. A guess has three chances in a million. */
export const CODE_LIMIT: Limit = { limit: 5, windowMs: 15 * 60_000 };
/** Recovery codes of a person. */
export const RECOVERY_CODES = 10;
/** Seconds a code stands for. */
const STEP_SEC = 30;
/** Steps a clock may be off to either side. */
const WINDOW = 1;
/** Letters of a recovery code: none that is taken for another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const RECOVERY_LENGTH = 12;

/** What the second factor works with. */
export interface SecondFactorServices {
  readonly db: Database;
  readonly vault: Vault;
  readonly appSecret: string;
  /** Secrets that were in force before: recovery codes that were kept under them are still taken. */
  readonly previousAppSecrets?: readonly string[];
}

/** The person whose factor it is. */
interface Person {
  readonly id: string;
  readonly email: string;
}

/** A factor that is being set up. */
export interface SecondFactorSetup {
  /** Base32, to be typed where a picture cannot be read. */
  readonly secret: string;
  /** `otpauth://…`, for the picture. */
  readonly uri: string;
}

const contextOf = (userId: string) => ({ businessId: 'account', name: `totp:${userId}` });

function authenticator({ email }: Person, secret: string): TOTP {
  return new TOTP({ issuer: 'ProSaaS', label: email, secret: Secret.fromBase32(secret), period: STEP_SEC });
}

/** Begins to set a factor up: a new secret, which nobody is asked for before it is confirmed. */
export async function beginSecondFactor({ db, vault }: SecondFactorServices, person: Person): Promise<void> {
  const sealedSecret = vault.seal(new Secret({ size: 20 }).base32, contextOf(person.id));
  await db.withIdentity(
    (tx) => tx.$executeRaw`
      INSERT INTO second_factors AS kept (user_id, sealed_secret) VALUES (${person.id}::uuid, ${sealedSecret})
      ON CONFLICT (user_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, created_at = now()
      WHERE kept.confirmed_at IS NULL`,
  );
}

/** The factor that waits for its first code; null when none was begun, or it is confirmed already. */
export async function secondFactorSetup(
  { db, vault }: SecondFactorServices,
  person: Person,
): Promise<SecondFactorSetup | null> {
  const begun = await begunFactor({ db, vault }, person);
  return begun === null ? null : { secret: begun.secret, uri: authenticator(person, begun.secret).toString() };
}

/** The factor that waits for its first code, with its secret as it is stored. */
async function begunFactor({ db, vault }: Pick<SecondFactorServices, 'db' | 'vault'>, person: Person) {
  const row = await db.withIdentity((tx) => tx.secondFactor.findUnique({ where: { userId: person.id } }));
  if (row === null || row.confirmedAt !== null) return null;
  return { sealedSecret: row.sealedSecret, secret: vault.open(row.sealedSecret, contextOf(person.id)) };
}

/**
 * Confirms a factor by its first code and returns the recovery codes: the one time they are seen.
 * @throws AppError `code_wrong`, `too_many_attempts`, `second_factor_not_begun`
 */
export async function confirmSecondFactor(
  services: SecondFactorServices,
  person: Person,
  code: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<string[]> {
  const begun = await begunFactor(services, person);
  if (begun === null) throw new AppError('second_factor_not_begun', { permanent: true });
  const key = limitKey(services.appSecret, 'second-factor', person.id);
  await takeOrRefuse(services.db, key, CODE_LIMIT, now);
  const step = stepOf(authenticator(person, begun.secret), code, now);
  if (step === null) throw new AppError('code_wrong', { permanent: true });
  const codes = newRecoveryCodes();
  await services.db.withIdentity(async (tx) => {
    const { count } = await tx.secondFactor.updateMany({
      // Begun anew meanwhile, in another window, it is not the one the code is of.
      where: { userId: person.id, confirmedAt: null, sealedSecret: begun.sealedSecret },
      data: { confirmedAt: now, lastStep: step },
    });
    if (count === 0) throw new AppError('second_factor_not_begun', { permanent: true });
    await tx.user.updateMany({ where: { id: person.id }, data: { secondFactorSince: now } });
    await keepRecoveryCodes(tx, services.appSecret, person.id, codes);
    await audit(tx, { businessId: null, actor, action: 'account.second_factor_on', entityId: person.id, after: {} });
  });
  await clearLimit(services.db, key);
  return codes;
}

/**
 * Takes the second factor off. The password proves that it is the person and not an open browser.
 * @throws AppError `password_wrong`, `too_many_attempts`
 */
export async function disableSecondFactor(
  services: SecondFactorServices,
  person: Person,
  password: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<void> {
  await requirePassword(services, person.id, password, now);
  await services.db.withIdentity(async (tx) => {
    await tx.secondFactor.deleteMany({ where: { userId: person.id } });
    await tx.recoveryCode.deleteMany({ where: { userId: person.id } });
    await tx.user.updateMany({ where: { id: person.id }, data: { secondFactorSince: null } });
    await audit(tx, { businessId: null, actor, action: 'account.second_factor_off', entityId: person.id, after: {} });
  });
}

/** New recovery codes in place of the old ones. @throws AppError `password_wrong`, `too_many_attempts` */
export async function renewRecoveryCodes(
  services: SecondFactorServices,
  person: Person,
  password: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<string[]> {
  await requirePassword(services, person.id, password, now);
  const codes = newRecoveryCodes();
  await services.db.withIdentity(async (tx) => {
    await keepRecoveryCodes(tx, services.appSecret, person.id, codes);
    await audit(tx, {
      businessId: null,
      actor,
      action: 'account.recovery_codes_renewed',
      entityId: person.id,
      after: {},
    });
  });
  return codes;
}

/** How many recovery codes are left. */
export async function recoveryCodesLeft(db: Database, userId: string): Promise<number> {
  return db.withIdentity((tx) => tx.recoveryCode.count({ where: { userId, usedAt: null } }));
}

/** Who a session that waits for its second factor belongs to; null when there is none, or it waited too long. */
export async function awaitingSecondFactor(
  db: Database,
  token: string,
  now: Date = new Date(),
): Promise<(Person & { readonly isSystemAdmin: boolean }) | null> {
  const session = await db.withIdentity((tx) =>
    tx.session.findFirst({
      where: { tokenHash: sha256Hex(token), awaitsSecondFactor: true, expiresAt: { gt: now } },
      select: { user: { select: { id: true, email: true, isSystemAdmin: true } } },
    }),
  );
  return session?.user ?? null;
}

/**
 * Completes a sign-in by a code of the authenticator or a recovery code: the session that waited is ended and another
 * begins, whose token is returned. A code is taken once.
 * @throws AppError `signed_out` (nothing waits under this token), `code_wrong`, `too_many_attempts`
 */
export async function passSecondFactor(
  services: SecondFactorServices,
  token: string,
  code: string,
  source: SignInSource,
  now: Date = new Date(),
): Promise<{ readonly token: string; readonly recoveryCodeUsed: boolean }> {
  const { db, appSecret } = services;
  const person = await awaitingSecondFactor(db, token, now);
  if (person === null) throw new AppError('signed_out', { permanent: true });
  const key = limitKey(appSecret, 'second-factor', person.id);
  await takeOrRefuse(db, key, CODE_LIMIT, now);
  const kind = await takeCode(services, person, code, now);
  if (kind === null) throw new AppError('code_wrong', { permanent: true });
  const full = await db.withIdentity(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { tokenHash: sha256Hex(token), awaitsSecondFactor: true } });
    if (count === 0) throw new AppError('signed_out', { permanent: true });
    if (kind === 'recovery') {
      const actor: Actor = { kind: 'person', id: person.id, label: person.email, ...source };
      await audit(tx, {
        businessId: null,
        actor,
        action: 'account.recovery_code_used',
        entityId: person.id,
        after: {},
      });
    }
    return beginSession(tx, person.id, source, false, now);
  });
  await clearLimit(db, key);
  return { token: full, recoveryCodeUsed: kind === 'recovery' };
}

/** Takes a code, if it is one: of two who bring the same, one. */
async function takeCode(
  { db, vault, appSecret, previousAppSecrets = [] }: SecondFactorServices,
  person: Person,
  typed: string,
  now: Date,
): Promise<'authenticator' | 'recovery' | null> {
  const code = typed.replaceAll(/[\s-]/g, '').toLowerCase();
  if (!/^\d{6}$/.test(code)) {
    const secrets = allSecrets({ current: appSecret, previous: previousAppSecrets });
    const hashes = secrets.map((secret) => hashOf(secret, person.id, code));
    const { count } = await db.withIdentity((tx) =>
      tx.recoveryCode.updateMany({
        where: { userId: person.id, codeHash: { in: hashes }, usedAt: null },
        data: { usedAt: now },
      }),
    );
    return count > 0 ? 'recovery' : null;
  }
  const factor = await db.withIdentity((tx) => tx.secondFactor.findUnique({ where: { userId: person.id } }));
  if (factor === null || factor.confirmedAt === null) return null;
  const step = stepOf(authenticator(person, vault.open(factor.sealedSecret, contextOf(person.id))), code, now);
  if (step === null) return null;
  const { count } = await db.withIdentity((tx) =>
    tx.secondFactor.updateMany({
      where: { userId: person.id, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
      data: { lastStep: step },
    }),
  );
  return count > 0 ? 'authenticator' : null;
}

/** The step a code belongs to; null when it is none of these minutes. */
function stepOf(totp: TOTP, typed: string, now: Date): number | null {
  const token = typed.replaceAll(/[\s-]/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totp.validate({ token, timestamp: now.getTime(), window: WINDOW });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / STEP_SEC) + delta;
}

function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const letters = Array.from({ length: RECOVERY_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
  });
}

async function keepRecoveryCodes(tx: Tx, appSecret: string, userId: string, codes: readonly string[]): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({
    data: codes.map((code) => ({ userId, codeHash: hashOf(appSecret, userId, code.replaceAll('-', '')) })),
  });
}

/** Under a key, so that a copy of the database alone does not let codes of this length be guessed. */
function hashOf(appSecret: string, userId: string, code: string): string {
  return hmacToken(deriveKey(appSecret, 'recovery-code'), `${userId} ${code}`);
}

/** @throws AppError `password_wrong`, `too_many_attempts` */
export async function requirePassword(
  { db, appSecret }: Pick<SecondFactorServices, 'db' | 'appSecret'>,
  userId: string,
  password: string,
  now: Date,
): Promise<void> {
  const key = limitKey(appSecret, 'own-password', userId);
  await takeOrRefuse(db, key, CODE_LIMIT, now);
  const user = await db.withIdentity((tx) =>
    tx.user.findUnique({ where: { id: userId }, select: { passwordHash: true } }),
  );
  if (!(await verifyPassword(user?.passwordHash ?? null, password))) {
    throw new AppError('password_wrong', { permanent: true });
  }
  await clearLimit(db, key);
}
