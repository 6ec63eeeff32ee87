import { randomUUID } from 'node:crypto';
import { deriveKey, hmacToken, randomToken, sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';

/** Marks our tokens, so that they are recognised where they should not be. */
const PREFIX = 'psk_';
/** A token's last use is written at most this often, ms. */
const LAST_USED_STEP_MS = 60_000;

/** The business a bearer token speaks for and whether it is suspended, or null when the token is unknown or revoked. */
export async function apiTokenBusiness(
  db: Database,
  token: string,
  now: Date = new Date(),
): Promise<{ businessId: string; tokenId: string; name: string; suspended: boolean } | null> {
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; token_id: string }[]>`
      SELECT * FROM business_of_api_token(${sha256Hex(token)})`,
  );
  if (found === undefined) return null;
  const { business_id: businessId, token_id: tokenId } = found;
  return db.withBusiness(businessId, async (tx) => {
    const row = await tx.apiToken.findUnique({
      where: { id: tokenId },
      select: { name: true, lastUsedAt: true, business: { select: { suspendedAt: true } } },
    });
    if (row === null) return null;
    if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > LAST_USED_STEP_MS) {
      await tx.apiToken.updateMany({ where: { id: tokenId }, data: { lastUsedAt: now } });
    }
    return { businessId, tokenId, name: row.name, suspended: row.business.suspendedAt !== null };
  });
}

/**
 * Makes a token for a business within a transaction and returns it: the one time it is seen, unless `appSecret` is
 * given. Then it is derived from the secret and the row's id, and {@link recallApiToken} can tell it again.
 */
export async function createApiToken(
  tx: Tx,
  businessId: string,
  name: string,
  appSecret: string | null,
): Promise<string> {
  const id = randomUUID();
  const token = appSecret === null ? `${PREFIX}${randomToken()}` : derivedToken(appSecret, id);
  await tx.apiToken.create({
    data: { id, businessId, name, tokenHash: sha256Hex(token), lastFour: token.slice(-4) },
  });
  return token;
}

/** A derived token that still holds, told again; null when there is none of that name under this secret. */
export async function recallApiToken(
  tx: Tx,
  businessId: string,
  name: string,
  appSecret: string,
): Promise<string | null> {
  const rows = await tx.apiToken.findMany({
    where: { businessId, name, revokedAt: null },
    orderBy: { createdAt: 'asc' },
    select: { id: true, tokenHash: true },
  });
  for (const row of rows) {
    const token = derivedToken(appSecret, row.id);
    if (sha256Hex(token) === row.tokenHash) return token;
  }
  return null;
}

function derivedToken(appSecret: string, tokenId: string): string {
  return `${PREFIX}${hmacToken(deriveKey(appSecret, 'api-token'), tokenId)}`;
}
