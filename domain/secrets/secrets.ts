import { AppError } from '../../platform/errors.ts';
import type { Tx } from '../../platform/db/index.ts';
import type { Vault } from '../../platform/vault.ts';
import { audit, type Actor } from '../audit/index.ts';

/** A secret as its business sees it; never the secret itself. */
export interface SecretFacts {
  readonly name: string;
  /** Its last four characters; empty for one so short that they would tell it. */
  readonly lastFour: string;
  readonly updatedAt: Date;
}

/** Longest secret that is kept, in characters. */
const MAX_SECRET = 4096;
/** Characters a secret must have for its last four to be shown. */
const SHOWN_FROM = 12;
const NAME = /^[a-z][a-z0-9_:.-]{0,99}$/;

/**
 * Keeps a secret of a business, or replaces it. `name`: what it is for, `<area>:<key>`.
 * @throws AppError `secret_invalid` (permanent): empty, too long, or a name that is none
 */
export async function setSecret(
  tx: Tx,
  vault: Vault,
  { businessId, name, secret, actor }: { businessId: string; name: string; secret: string; actor: Actor },
): Promise<void> {
  if (!NAME.test(name) || secret === '' || secret.length > MAX_SECRET) {
    throw new AppError('secret_invalid', { permanent: true, details: { name } });
  }
  const sealed = vault.seal(secret, { businessId, name });
  const lastFour = secret.length < SHOWN_FROM ? '' : secret.slice(-4);
  const before = await tx.businessSecret.findFirst({ where: { businessId, name }, select: { lastFour: true } });
  await tx.businessSecret.upsert({
    where: { businessId_name: { businessId, name } },
    create: { businessId, name, sealed, lastFour },
    update: { sealed, lastFour },
  });
  await audit(tx, {
    businessId,
    actor,
    action: before === null ? 'secret.set' : 'secret.replaced',
    entityId: name,
    after: { last_four: lastFour },
  });
}

/** Forgets a secret. One that is not there is no error. */
export async function clearSecret(
  tx: Tx,
  { businessId, name, actor }: { businessId: string; name: string; actor: Actor },
): Promise<void> {
  const { count } = await tx.businessSecret.deleteMany({ where: { businessId, name } });
  if (count > 0) await audit(tx, { businessId, actor, action: 'secret.cleared', entityId: name });
}

/**
 * A secret in the clear, for the code that needs it to do its work; never for a page or an answer. Null when it is not set.
 * @throws AppError `secret_key_unknown`, `secret_broken`
 */
export async function readSecret(tx: Tx, vault: Vault, businessId: string, name: string): Promise<string | null> {
  const row = await tx.businessSecret.findFirst({ where: { businessId, name }, select: { sealed: true } });
  return row === null ? null : vault.open(row.sealed, { businessId, name });
}

/** Which secrets a business has set. */
export async function listSecrets(tx: Tx, businessId: string): Promise<readonly SecretFacts[]> {
  return tx.businessSecret.findMany({
    where: { businessId },
    orderBy: { name: 'asc' },
    select: { name: true, lastFour: true, updatedAt: true },
  });
}
