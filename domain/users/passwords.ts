import { hash, verify, type Options } from '@node-rs/argon2';

/**
 * argon2id with 19 MiB, 2 passes, 1 lane: OWASP's recommendation for sign-in, about 20 ms of one core. The variant is
 * the library's default (its enum cannot be named under `isolatedModules`); `DECOY_HASH` and its test pin it.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const satisfies Options;

/** Longest password that is hashed, in characters. */
export const MAX_PASSWORD_LENGTH = 200;
/** Shortest password that may be set, in characters. */
export const MIN_PASSWORD_LENGTH = 8;

/**
 * Hash of a random password nobody knows, with the same parameters: verified against for an unknown e-mail address, so
 * that the answer takes as long as for a known one.
 */
export const DECOY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$aDW65tLk23L8yr2H0eUb5Q$n+ZWJMg2WM6jQ67JtU+w9swo/sG9V2daflAzqvFx7Gg';

/** Hashes a password for storing. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

/** Whether a password is the one hashed. Takes its full time also without a hash (`null`: no such person). */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const usable = password.length <= MAX_PASSWORD_LENGTH;
  const matches = await verify(stored ?? DECOY_HASH, usable ? password.normalize('NFC') : '');
  return matches && usable && stored !== null;
}
