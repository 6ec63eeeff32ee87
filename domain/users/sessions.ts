import { randomToken, sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { verifyPassword } from './passwords.ts';
import type { Role } from './permissions.ts';

/** A person who is signed in. */
export interface SignedInUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isSystemAdmin: boolean;
  /** Whether a code is asked for besides the password. */
  readonly hasSecondFactor: boolean;
}

/** A business a person may work in, and as what. */
export interface BusinessOfUser {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Its people see a page that says so, and nothing else. */
  readonly suspended: boolean;
  /** Its people set up a second factor before anything else. */
  readonly requiresSecondFactor: boolean;
}

/** What a session's token stands for. */
export interface SessionFacts {
  readonly sessionId: string;
  readonly user: SignedInUser;
  /** The business the person works in at the moment; null when they belong to none. */
  readonly business: BusinessOfUser | null;
  /** True while a system administrator acts as `business`. */
  readonly actsAs: boolean;
  readonly businesses: readonly BusinessOfUser[];
}

/** Where a sign-in comes from. */
export interface SignInSource {
  readonly userAgent: string;
  readonly address?: string;
}

/** A session that was begun. */
export interface NewSession {
  readonly token: string;
  readonly user: SignedInUser;
  /** True when it opens nothing but the page that asks for the second factor. */
  readonly awaitsSecondFactor: boolean;
}

/** Milliseconds a session lasts. */
export const SESSION_MS = 30 * 24 * 60 * 60 * 1000;
/** Milliseconds in which the second factor has to follow the password. */
export const SECOND_FACTOR_WAIT_MS = 10 * 60 * 1000;
/** When a session was last used is written at most this often, ms. */
const LAST_SEEN_STEP_MS = 60_000;

/** The one form of an e-mail address in which it is stored and compared. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

/**
 * Signs a person in: a new session and its token for the cookie, of which the database keeps the hash alone. Null when
 * the address or the password is wrong; which of them, neither the answer nor its time tells.
 */
export async function signIn(
  db: Database,
  email: string,
  password: string,
  source: string | SignInSource,
  now: Date = new Date(),
): Promise<NewSession | null> {
  const user = await db.withIdentity((tx) => tx.user.findUnique({ where: { email: normaliseEmail(email) } }));
  // Outside a transaction: hashing takes its time, and no connection should wait for it.
  const verified = await verifyPassword(user?.passwordHash ?? null, password);
  if (user === null || !verified) return null;
  const from = typeof source === 'string' ? { userAgent: source } : source;
  const awaitsSecondFactor = user.secondFactorSince !== null;
  const token = await db.withIdentity((tx) => beginSession(tx, user.id, from, awaitsSecondFactor, now));
  const { id, name, isSystemAdmin } = user;
  return {
    token,
    user: { id, email: user.email, name, isSystemAdmin, hasSecondFactor: awaitsSecondFactor },
    awaitsSecondFactor,
  };
}

/** Begins a session in a transaction without a business, and returns its token. */
export async function beginSession(
  tx: Tx,
  userId: string,
  { userAgent, address = '' }: SignInSource,
  awaitsSecondFactor: boolean,
  now: Date,
): Promise<string> {
  const token = randomToken();
  if (!awaitsSecondFactor) await tx.user.updateMany({ where: { id: userId }, data: { lastSeenAt: now } });
  await tx.session.create({
    data: {
      tokenHash: sha256Hex(token),
      userId,
      userAgent: userAgent.slice(0, 300),
      address: address.slice(0, 64),
      awaitsSecondFactor,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + (awaitsSecondFactor ? SECOND_FACTOR_WAIT_MS : SESSION_MS)),
    },
  });
  return token;
}

/** Ends a session. An unknown token is no error. */
export async function signOut(db: Database, token: string): Promise<void> {
  await db.withIdentity((tx) => tx.session.deleteMany({ where: { tokenHash: sha256Hex(token) } }));
}

interface BusinessRow {
  business_id: string;
  name: string;
  role: Role;
  suspended: boolean;
  requires_second_factor: boolean;
}

interface SessionRow {
  session_id: string;
  user_id: string;
  business_id: string | null;
  email: string;
  name: string;
  is_system_admin: boolean;
  has_second_factor: boolean;
  last_seen_at: Date;
  businesses: BusinessRow[];
  acted_as: Omit<BusinessRow, 'role'> | null;
}

const ofRow = (row: BusinessRow): BusinessOfUser => ({
  id: row.business_id,
  name: row.name,
  role: row.role,
  suspended: row.suspended,
  requiresSecondFactor: row.requires_second_factor,
});

/**
 * Who a session's token stands for, in one query; null when it is unknown, has expired or waits for its second factor.
 * Notes, at most once a minute, that it was used, and from which `address` when that is given.
 */
export async function sessionOf(
  db: Database,
  token: string,
  now: Date = new Date(),
  address?: string,
): Promise<SessionFacts | null> {
  const row = await db.withIdentity(async (tx) => {
    const [found] = await tx.$queryRaw<SessionRow[]>`
      SELECT s.id AS session_id, s.user_id, s.business_id, s.last_seen_at, u.email, u.name, u.is_system_admin,
             u.second_factor_since IS NOT NULL AS has_second_factor,
             (SELECT coalesce(jsonb_agg(to_jsonb(b)), '[]') FROM businesses_of_user(s.user_id) b) AS businesses,
             (SELECT to_jsonb(b) FROM business_acted_as(s.user_id, s.acting_business_id) b) AS acted_as
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.token_hash = ${sha256Hex(token)} AND s.expires_at > ${now.toISOString()}::timestamptz
        AND NOT s.awaits_second_factor`;
    if (found !== undefined && now.getTime() - found.last_seen_at.getTime() >= LAST_SEEN_STEP_MS) {
      await noteUse(tx, found, now, address);
    }
    return found;
  });
  if (row === undefined) return null;
  const businesses = row.businesses.map((business) =>
    ofRow(row.is_system_admin ? { ...business, role: 'system_admin' } : business),
  );
  const actedAs = row.acted_as === null ? null : ofRow({ ...row.acted_as, role: 'system_admin' });
  return {
    sessionId: row.session_id,
    user: {
      id: row.user_id,
      email: row.email,
      name: row.name,
      isSystemAdmin: row.is_system_admin,
      hasSecondFactor: row.has_second_factor,
    },
    business: actedAs ?? businesses.find((business) => business.id === row.business_id) ?? businesses[0] ?? null,
    actsAs: actedAs !== null,
    businesses,
  };
}

async function noteUse(tx: Tx, row: SessionRow, now: Date, address: string | undefined): Promise<void> {
  await tx.session.updateMany({
    where: { id: row.session_id },
    data: { lastSeenAt: now, ...(address === undefined || address === '' ? {} : { address: address.slice(0, 64) }) },
  });
  await tx.user.updateMany({ where: { id: row.user_id }, data: { lastSeenAt: now } });
}

/** Moves a session to another business of the same person. False when the person does not belong to it. */
export async function switchBusiness(db: Database, token: string, businessId: string): Promise<boolean> {
  const moved = await db.withIdentity(
    (tx) => tx.$executeRaw`
      UPDATE sessions SET business_id = ${businessId}::uuid, acting_business_id = NULL
      WHERE token_hash = ${sha256Hex(token)} AND expires_at > now() AND NOT awaits_second_factor
        AND EXISTS (SELECT 1 FROM businesses_of_user(sessions.user_id) b WHERE b.business_id = ${businessId}::uuid)`,
  );
  return moved > 0;
}
