import { type AppSecrets, deriveKey, hmacToken, sha256Hex, tokenOfHash } from '../../platform/crypto.ts';

/** What a link in a letter may do. */
export type LinkKind = 'invitation' | 'password-reset';

/**
 * The token of a link, derived from the id of its row: whoever has the secret and the row can tell the link, so that
 * the job that sends it is given nothing but the id. The database keeps its hash alone.
 */
export function linkToken(appSecret: string, kind: LinkKind, id: string): string {
  return hmacToken(deriveKey(appSecret, kind), id);
}

/** What the database keeps of a link's token. */
export function linkHash(appSecret: string, kind: LinkKind, id: string): string {
  return sha256Hex(linkToken(appSecret, kind, id));
}

/**
 * The token of a link that was made before, under whichever secret was in force then; null when that one is not known
 * here: the link works for whoever has it, and cannot be told again.
 */
export function linkTokenOfRow(
  secrets: AppSecrets,
  kind: LinkKind,
  { id, tokenHash }: { readonly id: string; readonly tokenHash: string },
): string | null {
  return tokenOfHash(secrets, tokenHash, (appSecret) => linkToken(appSecret, kind, id));
}

/** Where a link leads. `publicUrl` has no trailing slash. */
export function linkUrl(publicUrl: string, kind: LinkKind, token: string): string {
  return `${publicUrl}/${kind === 'invitation' ? 'invitation' : 'reset-password'}/${token}`;
}
