import { randomToken, sha256Hex } from '../../platform/crypto.ts';
import type { Database } from '../../platform/db/index.ts';
import { verifyPassword } from './passwords.ts';
import type { Role } from './permissions.ts';

/** A person who is signed in. */
export interface SignedInUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isSystemAdmin: boolean;
}

/** A business a person may work in, and as what. */
export interface BusinessOfUser {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** What a session's token stands for. */
export interface SessionFacts {
  readonly user: SignedInUser;
  /** The business the person works in at the moment; null when they belong to none. */
  readonly business: BusinessOfUser | null;
  readonly businesses: readonly BusinessOfUser[];
}

/** Milliseconds a session lasts. */
export const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

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
  userAgent: string,
  now: Date = new Date(),
): Promise<{ token: string; user: SignedInUser } | null> {
  const user = await db.withIdentity((tx) => tx.user.findUnique({ where: { email: normaliseEmail(email) } }));
  // Outside a transaction: hashing takes its time, and no connection should wait for it.
  const verified = await verifyPassword(user?.passwordHash ?? null, password);
  if (user === null || !verified) return null;
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + SESSION_MS);
  await db.withIdentity((tx) =>
    tx.session.create({
      data: { tokenHash: sha256Hex(token), userId: user.id, userAgent: userAgent.slice(0, 300), expiresAt },
    }),
  );
  return { token, user: { id: user.id, email: user.email, name: user.name, isSystemAdmin: user.isSystemAdmin } };
}

/** Ends a session. An unknown token is no error. */
export async function signOut(db: Database, token: string): Promise<void> {
  await db.withIdentity((tx) => tx.session.deleteMany({ where: { tokenHash: sha256Hex(token) } }));
}

interface SessionRow {
  user_id: string;
  business_id: string | null;
  email: string;
  name: string;
  is_system_admin: boolean;
  businesses: { id: string; name: string; role: Role }[];
}

/** Who a session's token stands for, in one query; null when it is unknown or has expired. */
export async function sessionOf(db: Database, token: string, now: Date = new Date()): Promise<SessionFacts | null> {
  const [row] = await db.withIdentity(
    (tx) => tx.$queryRaw<SessionRow[]>`
      SELECT s.user_id, s.business_id, u.email, u.name, u.is_system_admin,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.business_id, 'name', b.name, 'role', b.role)), '[]')
              FROM businesses_of_user(s.user_id) b) AS businesses
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.token_hash = ${sha256Hex(token)} AND s.expires_at > ${now.toISOString()}::timestamptz`,
  );
  if (row === undefined) return null;
  const businesses = row.businesses.map((business) =>
    row.is_system_admin ? { ...business, role: 'system_admin' as const } : business,
  );
  return {
    user: { id: row.user_id, email: row.email, name: row.name, isSystemAdmin: row.is_system_admin },
    business: businesses.find((business) => business.id === row.business_id) ?? businesses[0] ?? null,
    businesses,
  };
}

/** Moves a session to another business of the same person. False when the person does not belong to it. */
export async function switchBusiness(db: Database, token: string, businessId: string): Promise<boolean> {
  const moved = await db.withIdentity(
    (tx) => tx.$executeRaw`
      UPDATE sessions SET business_id = ${businessId}::uuid
      WHERE token_hash = ${sha256Hex(token)} AND expires_at > now()
        AND EXISTS (SELECT 1 FROM businesses_of_user(sessions.user_id) b WHERE b.business_id = ${businessId}::uuid)`,
  );
  return moved > 0;
}
