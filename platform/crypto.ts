import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Bytes of a derived key and of a random token: 256 bits. */
const KEY_BYTES = 32;

/** The secret of the installation, and those that were in force before it: what was made under them is still taken. */
export interface AppSecrets {
  readonly current: string;
  readonly previous?: readonly string[];
}

/** Every secret, the one in force first. */
export function allSecrets({ current, previous = [] }: AppSecrets): readonly string[] {
  return [current, ...previous];
}

/**
 * Finds again a token of which the hash alone is kept: of those that `make` computes under each secret, the one that
 * fits. Null when it was made under a secret this process was not given.
 */
export function tokenOfHash(
  secrets: AppSecrets,
  tokenHash: string,
  make: (appSecret: string) => string,
): string | null {
  return (
    allSecrets(secrets)
      .map(make)
      .find((token) => sha256Hex(token) === tokenHash) ?? null
  );
}

/**
 * A key for one purpose from the one secret of the installation (HKDF-SHA256, 32 bytes). Two purposes give unrelated
 * keys, so a signature made for one is worthless for the other.
 */
export function deriveKey(appSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', appSecret, 'prosaas', purpose, KEY_BYTES));
}

/** An unguessable token, 256 random bits, safe in URLs and cookies. Store its {@link sha256Hex}, never the token. */
export function randomToken(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** SHA-256 of a text, lower-case hex. For tokens of full entropy; passwords need a slow hash. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** A token that can be computed again from what it stands for: HMAC-SHA256, base64url. `key` comes from {@link deriveKey}. */
export function hmacToken(key: Buffer, subject: string): string {
  return createHmac('sha256', key).update(subject, 'utf8').digest('base64url');
}

/** Compares two secrets in a time that tells nothing about where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  // Hashed first: the comparison needs equal lengths and must not tell them.
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
