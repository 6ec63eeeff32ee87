import { sha256Hex } from '../../platform/crypto.ts';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';

/** Origins that a business may list. */
export const MAX_ORIGINS = 20;
/** Characters of an origin: a host name has 253 at most. */
const MAX_ORIGIN_LENGTH = 300;
/** A developer's own machine, the one place that a page may come from without https. */
const OWN_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\])$/u;

/** The origins whose pages may use the API with this business's tokens. */
export async function readOrigins(db: Database, businessId: string): Promise<readonly string[]> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.business.findUnique({ where: { id: businessId }, select: { corsOrigins: true } }),
  );
  return row?.corsOrigins ?? [];
}

/**
 * Replaces the list by what was typed, one origin a line, as browsers write them.
 * @throws AppError `validation_failed` (details.fields.origins), `business_not_found`; permanent
 */
export async function writeOrigins(db: Database, businessId: string, typed: string, actor: Actor): Promise<void> {
  const origins = parseOrigins(typed);
  await db.withBusiness(businessId, async (tx) => {
    const [row] = await tx.$queryRaw<{ cors_origins: string[] }[]>`
      SELECT cors_origins FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
    if (row === undefined) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
    if (JSON.stringify(row.cors_origins) === JSON.stringify(origins)) return;
    await tx.business.update({ where: { id: businessId }, data: { corsOrigins: [...origins] } });
    await audit(tx, {
      businessId,
      actor,
      action: 'business.origins_changed',
      entityId: businessId,
      before: { origins: row.cors_origins },
      after: { origins },
    });
  });
}

function parseOrigins(typed: string): readonly string[] {
  const lines = typed.split(/[\s,]+/u).filter((line) => line !== '');
  const origins = new Set<string>();
  for (const line of lines) {
    const parsed = parseOrigin(line);
    if ('problem' in parsed) throw wrong(`«${line.slice(0, 80)}»: ${parsed.problem}`);
    origins.add(parsed.origin);
  }
  if (origins.size > MAX_ORIGINS) throw wrong(`אפשר לרשום עד ${MAX_ORIGINS} אתרים`);
  return [...origins];
}

const wrong = (problem: string) =>
  new AppError('validation_failed', { permanent: true, details: { fields: { origins: problem } } });

/** An origin as browsers send it (scheme, host, port if it is not the usual one), or, in Hebrew, why it is none. */
export function parseOrigin(text: string): { readonly origin: string } | { readonly problem: string } {
  if (text.includes('*')) return { problem: 'אי אפשר לפתוח לכל האתרים. יש לרשום כל אתר בשמו' };
  if (text === 'null') return { problem: 'זה אינו אתר: כך מציג את עצמו כל דף בלי כתובת' };
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(text)) return { problem: 'חסר ‎https://‎ בהתחלה' };
  if (text.length > MAX_ORIGIN_LENGTH || !URL.canParse(text)) return { problem: 'הכתובת אינה תקינה' };
  const { protocol, hostname, pathname, search, hash, username, password, origin } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return { problem: 'הכתובת צריכה להתחיל ב־‎https://‎' };
  if (username !== '' || password !== '') return { problem: 'כתובת של אתר היא בלי שם משתמש וסיסמה' };
  if (pathname !== '/' || search !== '' || hash !== '') {
    return { problem: `יש לרשום את האתר בלבד, בלי מה שאחריו: ‎${origin}‎` };
  }
  if (protocol === 'http:' && !OWN_MACHINE.test(hostname)) return { problem: 'האתר צריך להיות מאובטח, ב־‎https://‎' };
  return { origin };
}

/** Whether any business lists this origin: a preflight brings no token, so it cannot be asked for whom. */
export async function originIsAllowed(db: Database, origin: string): Promise<boolean> {
  const [row] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ allowed: boolean }[]>`SELECT origin_is_allowed(${origin}) AS allowed`,
  );
  return row?.allowed === true;
}

/**
 * Whether pages of this origin may read what this token is answered: where its business lists the origin. Of a token
 * that is none only the refusal can be read, by whoever may ask at all.
 */
export async function tokenMayBeUsedFrom(db: Database, token: string, origin: string): Promise<boolean> {
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string }[]>`SELECT business_id FROM business_of_api_token(${sha256Hex(token)})`,
  );
  if (found === undefined) return originIsAllowed(db, origin);
  return (await readOrigins(db, found.business_id)).includes(origin);
}
