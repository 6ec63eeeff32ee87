import type { Tx } from '../../platform/db/index.ts';
import type { Vault } from '../../platform/vault.ts';
import type { SecretEntry } from '../settings/types.ts';
import { readSecret } from './secrets.ts';

/** Longest that a receiver's server can be expected to take as a header, in characters. */
const LONGEST = 2_000;
/** What a header can carry as it is. */
const PRINTABLE = /^[!-~](?:[ -~]*[!-~])?$/u;

/** What is wrong with a secret that is to be sent as a header, in Hebrew; null when it can be. */
export function headerProblem(secret: string): string | null {
  if (secret.length > LONGEST) return `לכל היותר ${LONGEST} תווים`;
  return PRINTABLE.test(secret) ? null : 'אותיות באנגלית, ספרות וסימנים בלבד, בשורה אחת';
}

/**
 * The headers that carry a plugin's secrets, opened; those that are not set are left out.
 * @throws AppError `secret_key_unknown`, `secret_broken`
 */
export async function secretHeaders(
  tx: Tx,
  vault: Vault,
  businessId: string,
  secrets: readonly SecretEntry[],
): Promise<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const { name, field } of secrets) {
    const secret = await readSecret(tx, vault, businessId, name);
    if (secret !== null) headers[field.header] = secret;
  }
  return headers;
}
