import { AppError } from '../../platform/errors.ts';
import { isId, type Database } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { storableText } from '../text/storable.ts';
import { FLAG_NAMES, flagsOf, type Flag } from './flags.ts';

/** A business in the list of all of them. */
export interface BusinessSummary {
  readonly id: string;
  readonly name: string;
  readonly numbers: readonly string[];
  /** E-mail addresses of its owners. */
  readonly owners: readonly string[];
  /** Calls since the moment that was asked for. */
  readonly calls: number;
  readonly suspendedAt: Date | null;
  readonly createdAt: Date;
}

/** What of the list is wanted. */
export interface BusinessQuery {
  /** Found in a name, a number or an owner's address; empty for all. */
  readonly search: string;
  /** From when on calls are counted. */
  readonly since: Date;
  /** Where the page before ended. */
  readonly cursor: string | null;
  readonly limit: number;
}

/** A business as the system's administrators see it. */
export interface BusinessAdministration {
  readonly suspendedAt: Date | null;
  readonly suspendedReason: string | null;
  readonly requireSecondFactor: boolean;
  readonly flags: Readonly<Record<Flag, boolean>>;
  readonly createdAt: Date;
}

/**
 * All businesses by name, a page at a time. `adminId`: the person who asks; the database itself gives nobody but a
 * system administrator a row.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function listBusinesses(
  db: Database,
  adminId: string,
  { search, since, cursor, limit }: BusinessQuery,
): Promise<{ readonly businesses: readonly BusinessSummary[]; readonly nextCursor: string | null }> {
  const after = cursor === null ? null : readCursor(cursor);
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<BusinessRow[]>`
      SELECT * FROM all_businesses(
        ${storableText(search).trim()}, ${since.toISOString()}::timestamptz, ${after?.name ?? null}::text,
        ${after?.id ?? null}::uuid, ${limit + 1}::int)`,
    adminId,
  );
  const businesses = rows.slice(0, limit).map((row) => ({
    id: row.business_id,
    name: row.name,
    numbers: row.numbers,
    owners: row.owners,
    calls: row.calls,
    suspendedAt: row.suspended_at,
    createdAt: row.created_at,
  }));
  const last = businesses.at(-1);
  return { businesses, nextCursor: rows.length > limit && last !== undefined ? writeCursor(last) : null };
}

interface BusinessRow {
  business_id: string;
  name: string;
  numbers: string[];
  owners: string[];
  calls: number;
  suspended_at: Date | null;
  created_at: Date;
}

function writeCursor({ name, id }: { name: string; id: string }): string {
  return Buffer.from(`${id}${name}`, 'utf8').toString('base64url');
}

function readCursor(cursor: string): { id: string; name: string } {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const [id, name] = [text.slice(0, 36), text.slice(36)];
  if (!isId(id) || name === '' || storableText(name) !== name)
    throw new AppError('invalid_cursor', { permanent: true });
  return { id, name };
}

/** What is decided about a business by others than its own people; null when there is none. */
export async function readAdministration(db: Database, businessId: string): Promise<BusinessAdministration | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.business.findUnique({
      where: { id: businessId },
      select: {
        suspendedAt: true,
        suspendedReason: true,
        requireSecondFactor: true,
        featureFlags: true,
        createdAt: true,
      },
    }),
  );
  if (row === null) return null;
  const { featureFlags, ...rest } = row;
  return { ...rest, flags: flagsOf(featureFlags) };
}

/** Characters of a reason. */
const MAX_REASON = 500;

/**
 * Suspends a business: its callers are turned away and its people and tokens kept out; its data stays, and deliveries
 * under way are finished. Again, it changes the reason.
 * @throws AppError `validation_failed` (details.fields), `business_not_found`; permanent
 */
export async function suspendBusiness(
  db: Database,
  businessId: string,
  typed: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<void> {
  const reason = storableText(typed).trim();
  const problem = reason === '' ? 'יש לכתוב סיבה' : reason.length > MAX_REASON ? `לכל היותר ${MAX_REASON} תווים` : null;
  if (problem !== null)
    throw new AppError('validation_failed', { permanent: true, details: { fields: { reason: problem } } });
  await change(db, businessId, actor, 'business.suspended', ({ suspendedAt }) => ({
    suspendedAt: suspendedAt ?? now,
    suspendedReason: reason,
  }));
}

/** Opens a suspended business again. @throws AppError `business_not_found` (permanent) */
export async function resumeBusiness(db: Database, businessId: string, actor: Actor): Promise<void> {
  await change(db, businessId, actor, 'business.resumed', () => ({ suspendedAt: null, suspendedReason: null }));
}

/** Decides whether a business's people need a second factor. @throws AppError `business_not_found` (permanent) */
export async function requireSecondFactorOf(
  db: Database,
  businessId: string,
  required: boolean,
  actor: Actor,
): Promise<void> {
  await change(db, businessId, actor, 'business.second_factor_rule_changed', () => ({ requireSecondFactor: required }));
}

/** Sets the flags that are named. @throws AppError `business_not_found` (permanent) */
export async function setFlags(
  db: Database,
  businessId: string,
  flags: Partial<Record<Flag, boolean>>,
  actor: Actor,
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const [row] = await tx.$queryRaw<{ feature_flags: unknown }[]>`
      SELECT feature_flags FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
    if (row === undefined) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
    const before = flagsOf(row.feature_flags);
    const known = FLAG_NAMES.flatMap((flag) => (flags[flag] === undefined ? [] : [[flag, flags[flag]] as const]));
    const after = { ...before, ...Object.fromEntries(known) };
    await tx.business.update({ where: { id: businessId }, data: { featureFlags: after } });
    await audit(tx, { businessId, actor, action: 'business.flags_changed', entityId: businessId, before, after });
  });
}

type Decided = Pick<BusinessAdministration, 'suspendedAt' | 'suspendedReason' | 'requireSecondFactor'>;

async function change(
  db: Database,
  businessId: string,
  actor: Actor,
  action: `business.${string}`,
  next: (before: Decided) => Partial<Decided>,
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
    const before = await tx.business.findUnique({
      where: { id: businessId },
      select: { suspendedAt: true, suspendedReason: true, requireSecondFactor: true },
    });
    if (before === null) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
    const data = next(before);
    await tx.business.update({ where: { id: businessId }, data });
    await audit(tx, {
      businessId,
      actor,
      action,
      entityId: businessId,
      before: { ...before },
      after: { ...before, ...data },
    });
  });
}
