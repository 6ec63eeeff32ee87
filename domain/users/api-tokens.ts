import { randomUUID } from 'node:crypto';
import { deriveKey, hmacToken, randomToken, sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { ALL_SCOPES } from './token-scopes.ts';

/** Marks our tokens, so that they are recognised where they should not be. */
const PREFIX = 'psk_';
/** A token's last use is written at most this often, ms. */
const LAST_USED_STEP_MS = 60_000;

/** The business a bearer token speaks for and what it may do there, or null when it is unknown, revoked or has run out. */
export async function apiTokenBusiness(
  db: Database,
  token: string,
  now: Date = new Date(),
): Promise<{
  businessId: string;
  tokenId: string;
  name: string;
  scopes: readonly string[];
  /** Of the business. */
  suspended: boolean;
} | null> {
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; token_id: string }[]>`
      SELECT * FROM business_of_api_token(${sha256Hex(token)})`,
  );
  if (found === undefined) return null;
  const { business_id: businessId, token_id: tokenId } = found;
  return db.withBusiness(businessId, async (tx) => {
    const row = await tx.apiToken.findUnique({
      where: { id: tokenId },
      select: { name: true, lastUsedAt: true, scopes: true, business: { select: { suspendedAt: true } } },
    });
    if (row === null) return null;
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > LAST_USED_STEP_MS) {
      await tx.apiToken.updateMany({ where: { id: tokenId }, data: { lastUsedAt: now } });
    }
    const suspended = row.business.suspendedAt !== null;
    return { businessId, tokenId, name: row.name, scopes: row.scopes, suspended };
  });
}

/** What a token is to be. */
export interface TokenOptions {
  /** Default: all, also those that are yet to come. */
  readonly scopes?: readonly string[];
  /** Null, the default: it holds until it is revoked. */
  readonly expiresAt?: Date | null;
  /** As the audit log names who makes it. */
  readonly createdBy: string;
  /** Lets {@link recallApiToken} tell it again: it is then derived from this secret and the row's id. */
  readonly appSecret?: string | null;
}

/** Makes a token for a business within a transaction and returns it: the one time it is seen, without `appSecret`. */
export async function createApiToken(
  tx: Tx,
  businessId: string,
  name: string,
  { scopes = [ALL_SCOPES], expiresAt = null, createdBy, appSecret = null }: TokenOptions,
): Promise<{ readonly token: string; readonly id: string }> {
  const id = randomUUID();
  const token = appSecret === null ? `${PREFIX}${randomToken()}` : derivedToken(appSecret, id);
  await tx.apiToken.create({
    data: {
      id,
      businessId,
      name,
      tokenHash: sha256Hex(token),
      lastFour: token.slice(-4),
      scopes: [...scopes],
      expiresAt,
      createdBy,
    },
  });
  return { token, id };
}

/** A derived token that still holds, told again; null when there is none of that name under any of these secrets. */
export async function recallApiToken(
  tx: Tx,
  businessId: string,
  name: string,
  appSecrets: readonly string[],
): Promise<string | null> {
  const rows = await tx.apiToken.findMany({
    where: { businessId, name, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    orderBy: { createdAt: 'asc' },
    select: { id: true, tokenHash: true },
  });
  for (const row of rows) {
    const token = appSecrets
      .map((appSecret) => derivedToken(appSecret, row.id))
      .find((one) => sha256Hex(one) === row.tokenHash);
    if (token !== undefined) return token;
  }
  return null;
}

function derivedToken(appSecret: string, tokenId: string): string {
  return `${PREFIX}${hmacToken(deriveKey(appSecret, 'api-token'), tokenId)}`;
}
