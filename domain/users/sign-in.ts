import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { clearLimit, giveBack, limitKey, take, type Limit } from '../rate-limits/index.ts';
import { normaliseEmail, signIn, type NewSession, type SignInSource } from './sessions.ts';

/** Failures an account may have, whoever has them. The right password is refused as well once they are used up. */
export const ACCOUNT_LIMIT: Limit = { limit: 10, windowMs: 15 * 60_000 };
/** Failures a network address may have, at whatever accounts: a house behind one address has many people. */
export const ADDRESS_LIMIT: Limit = { limit: 50, windowMs: 15 * 60_000 };

/** Who asks to be let in. */
export interface SignInAttempt extends SignInSource {
  readonly email: string;
  readonly password: string;
  /** The network address it is counted under (of IPv6 a whole /56). */
  readonly countedAddress: string;
}

/**
 * Signs a person in, unless too many attempts failed. Each attempt is counted before it is looked at, so that a
 * thousand at once are no more than a thousand one after the other; a success takes its own back and forgets the
 * account's. Null when the address or the password is wrong.
 * @throws AppError `too_many_attempts` (details.retryAfterMs), whether the account exists or not
 */
export async function guardedSignIn(
  db: Database,
  appSecret: string,
  attempt: SignInAttempt,
  now: Date = new Date(),
): Promise<NewSession | null> {
  const address = limitKey(appSecret, 'sign-in-address', attempt.countedAddress);
  const account = limitKey(appSecret, 'sign-in-account', normaliseEmail(attempt.email));
  await takeOrRefuse(db, address, ADDRESS_LIMIT, now);
  await takeOrRefuse(db, account, ACCOUNT_LIMIT, now);
  const session = await signIn(db, attempt.email, attempt.password, attempt, now);
  if (session === null) return null;
  await giveBack(db, address);
  await clearLimit(db, account);
  return session;
}

/**
 * Counts a try and refuses the one too many.
 * @throws AppError `too_many_attempts` (details.retryAfterMs)
 */
export async function takeOrRefuse(db: Database, key: string, limit: Limit, now: Date): Promise<void> {
  const { allowed, retryAfterMs } = await take(db, key, limit, now);
  if (!allowed) throw new AppError('too_many_attempts', { details: { retryAfterMs } });
}
