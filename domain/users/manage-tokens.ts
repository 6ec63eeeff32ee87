import { z } from 'zod';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';
import { storableText } from '../text/storable.ts';
import { createApiToken } from './api-tokens.ts';
import { TOKEN_SCOPES } from './token-scopes.ts';

/** Tokens that may be in force in a business at a time. */
export const MAX_TOKENS = 50;
/** Longest life that may be chosen, in days. */
const MAX_DAYS = 3660;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A token as its business sees it; never the token itself. */
export interface ApiTokenFacts {
  readonly id: string;
  readonly name: string;
  readonly lastFour: string;
  readonly scopes: readonly string[];
  /** Who made it: an e-mail address, or a command's name. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly expired: boolean;
}

const input = z.object({
  name: z
    .string('יש להזין טקסט')
    .transform(storableText)
    .pipe(z.string().trim().min(1, 'יש לתת לאסימון שם').max(60, 'לכל היותר 60 תווים')),
  scopes: z
    .array(z.enum(TOKEN_SCOPES as [string, ...string[]], 'יש לבחור מתוך הרשימה'), 'יש לבחור לפחות הרשאה אחת')
    .min(1, 'יש לבחור לפחות הרשאה אחת')
    .transform((scopes) => [...new Set(scopes)]),
  /** Days it holds; null: until it is revoked. */
  days: z.int('יש לבחור תוקף').min(1, 'יש לבחור תוקף').max(MAX_DAYS, 'יש לבחור תוקף').nullable(),
});

/** What a new token is to be. */
export type NewApiToken = z.input<typeof input>;

/** The tokens of a business that were not revoked, the newest first. */
export async function listApiTokens(
  db: Database,
  businessId: string,
  now: Date = new Date(),
): Promise<readonly ApiTokenFacts[]> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.apiToken.findMany({ where: { businessId, revokedAt: null }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
  );
  return rows.map(({ id, name, lastFour, scopes, createdBy, createdAt, lastUsedAt, expiresAt }) => ({
    id,
    name,
    lastFour,
    scopes,
    createdBy,
    createdAt,
    lastUsedAt,
    expiresAt,
    expired: expiresAt !== null && expiresAt <= now,
  }));
}

/**
 * Makes a token and returns it: the one time it is seen.
 * @throws AppError `validation_failed` (permanent, details.fields: key → Hebrew message), `too_many_tokens`
 */
export async function issueApiToken(
  db: Database,
  businessId: string,
  wanted: unknown,
  actor: Actor,
  now: Date = new Date(),
): Promise<{ readonly token: string; readonly id: string; readonly name: string }> {
  const parsed = input.safeParse(wanted);
  if (!parsed.success) {
    const fields: Record<string, string> = {};
    for (const issue of parsed.error.issues) fields[String(issue.path[0])] ??= issue.message;
    throw new AppError('validation_failed', { permanent: true, details: { fields } });
  }
  const { name, scopes, days } = parsed.data;
  const expiresAt = days === null ? null : new Date(now.getTime() + days * DAY_MS);
  return db.withBusiness(businessId, async (tx) => {
    // One after the other, so that two at once do not pass the limit together.
    await tx.$queryRaw`SELECT id FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
    if ((await tx.apiToken.count({ where: { businessId, revokedAt: null } })) >= MAX_TOKENS) {
      throw new AppError('too_many_tokens', { permanent: true });
    }
    const made = await createApiToken(tx, businessId, name, { scopes, expiresAt, createdBy: actor.label });
    const after = { name, scopes, expires_at: expiresAt, last_four: made.token.slice(-4) };
    await audit(tx, { businessId, actor, action: 'api_token.created', entityId: made.id, after });
    return { ...made, name };
  });
}

/**
 * Ends a token at once and for good. One that is revoked already stays so.
 * @throws AppError `token_not_found` (permanent)
 */
export async function revokeApiToken(
  db: Database,
  businessId: string,
  tokenId: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<void> {
  if (!z.uuid().safeParse(tokenId).success) throw new AppError('token_not_found', { permanent: true });
  await db.withBusiness(businessId, async (tx) => {
    const row = await tx.apiToken.findFirst({ where: { id: tokenId, businessId } });
    if (row === null) throw new AppError('token_not_found', { permanent: true });
    const { count } = await tx.apiToken.updateMany({
      where: { id: tokenId, businessId, revokedAt: null },
      data: { revokedAt: now },
    });
    if (count === 0) return;
    const before = { name: row.name, scopes: row.scopes, last_four: row.lastFour };
    await audit(tx, { businessId, actor, action: 'api_token.revoked', entityId: tokenId, before });
  });
}
