import type { AppLoadContext } from '@remix-run/node';
import type { Actor } from '../../domain/audit/index.ts';
import { clearSecret, headerProblem, setSecret } from '../../domain/secrets/index.ts';
import type { SecretEntry, SettingsCard } from '../../domain/settings/index.ts';
import { can, type Role } from '../../domain/users/index.ts';
import type { Tx } from '../../platform/db/index.ts';
import { formText } from '../body.server.ts';

/** What a posted form says of one secret: a new one, or null to forget it. */
export interface PostedSecret {
  readonly entry: SecretEntry;
  readonly secret: string | null;
}

/** The secrets of these cards that a form changes; a box left empty changes nothing. What is wrong: key → Hebrew. */
export function readSecrets(
  form: FormData,
  cards: readonly SettingsCard[],
  role: Role,
): { readonly secrets: readonly PostedSecret[]; readonly errors: Readonly<Record<string, string>> } {
  const secrets: PostedSecret[] = [];
  const errors: Record<string, string> = {};
  for (const entry of cards.flatMap((card) => card.secrets)) {
    const typed = formText(form, entry.key).trim();
    const isCleared = form.has(`_clear.${entry.key}`);
    if (typed === '' && !isCleared) continue;
    const problem = can(role, 'secrets.write')
      ? typed === ''
        ? null
        : headerProblem(typed)
      : 'רק בעל העסק יכול לשנות את הסוד';
    if (problem === null) secrets.push({ entry, secret: typed === '' ? null : typed });
    else errors[entry.key] = problem;
  }
  return { secrets, errors };
}

/** Keeps, replaces or forgets the secrets of a form, in the transaction that saves the rest of it. */
export async function saveSecrets(
  tx: Tx,
  vault: AppLoadContext['vault'],
  businessId: string,
  secrets: readonly PostedSecret[],
  actor: Actor,
): Promise<void> {
  for (const { entry, secret } of secrets) {
    const { name } = entry;
    if (secret === null) await clearSecret(tx, { businessId, name, actor });
    else await setSecret(tx, vault, { businessId, name, secret, actor });
  }
}
