import type { Database, Tx } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';
import { insertReset } from './password-resets.ts';
import { linkToken } from './links.ts';
import { can, reaches, type BusinessRole, type Role } from './permissions.ts';

/** A person of a business, as its managers see them. */
export interface Member {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: BusinessRole;
  readonly hasSecondFactor: boolean;
  readonly lastSeenAt: Date | null;
}

/** The people of a business, the widest role first. */
export async function listMembers(db: Database, businessId: string): Promise<Member[]> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.membership.findMany({
      where: { businessId },
      orderBy: [{ role: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
      select: {
        role: true,
        user: { select: { id: true, email: true, name: true, secondFactorSince: true, lastSeenAt: true } },
      },
    }),
  );
  return rows.map(({ role, user }) => ({
    userId: user.id,
    email: user.email,
    name: user.name,
    role,
    hasSecondFactor: user.secondFactorSince !== null,
    lastSeenAt: user.lastSeenAt,
  }));
}

/**
 * Changes what a person may do in a business.
 * @throws AppError `forbidden` (the actor is narrower than the member, or than the new role), `member_not_found`,
 * `last_owner`; permanent
 */
export async function changeRole(
  db: Database,
  businessId: string,
  userId: string,
  role: BusinessRole,
  actor: Actor,
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const manager = await lockMembers(tx, businessId, actor);
    const member = await manageable(tx, businessId, userId, manager);
    if (!reaches(manager, role)) throw forbidden();
    if (member.role === 'owner' && role !== 'owner') await requireAnotherOwner(tx, businessId, userId);
    await tx.membership.updateMany({ where: { businessId, userId }, data: { role } });
    await audit(tx, {
      businessId,
      actor,
      action: 'member.role_changed',
      entityId: userId,
      before: { email: member.email, role: member.role },
      after: { email: member.email, role },
    });
  });
}

/**
 * Takes a person out of a business; their sessions lose it at once. Their account stays, and their other businesses.
 * @throws AppError `forbidden`, `member_not_found`, `last_owner`; permanent
 */
export async function removeMember(db: Database, businessId: string, userId: string, actor: Actor): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const manager = await lockMembers(tx, businessId, actor);
    const member = await manageable(tx, businessId, userId, manager);
    if (member.role === 'owner') await requireAnotherOwner(tx, businessId, userId);
    await tx.membership.deleteMany({ where: { businessId, userId } });
    await audit(tx, {
      businessId,
      actor,
      action: 'member.removed',
      entityId: userId,
      before: { email: member.email, role: member.role },
    });
  });
}

/**
 * A link by which a member sets a new password, for a manager to hand over where no mail is sent. Whoever holds it
 * becomes that person, so it is made only for who belongs to this business and no other, and administers nothing.
 * Returns its token.
 * @throws AppError `forbidden`, `member_not_found`, `member_elsewhere`; permanent
 */
export async function createResetLink(
  db: Database,
  appSecret: string,
  businessId: string,
  userId: string,
  actor: Actor,
  now: Date = new Date(),
): Promise<string> {
  const isAdmin = await db.withBusiness(businessId, async (tx) => {
    const manager = await lockMembers(tx, businessId, actor);
    await manageable(tx, businessId, userId, manager);
    return manager === 'system_admin';
  });
  const [reach] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ businesses: number; is_admin: boolean }[]>`
      SELECT (SELECT count(*)::int FROM businesses_of_user(${userId}::uuid)) AS businesses,
             is_system_admin(${userId}::uuid) AS is_admin`,
  );
  if (reach === undefined || reach.is_admin || (!isAdmin && reach.businesses !== 1)) {
    throw new AppError('member_elsewhere', { permanent: true });
  }
  const id = await db.withIdentity((tx) => insertReset(tx, appSecret, userId, now));
  await db.withBusiness(businessId, (tx) =>
    audit(tx, { businessId, actor, action: 'member.reset_link_created', entityId: userId, after: {} }),
  );
  return linkToken(appSecret, 'password-reset', id);
}

/**
 * Holds the members of a business until the transaction ends, so that changes to them come one after the other, and
 * returns what the actor is by then: a role read before may be gone.
 * @throws AppError `forbidden` when the actor may not manage members
 */
export async function lockMembers(tx: Tx, businessId: string, actor: Actor): Promise<Role> {
  const held = await tx.$queryRaw<unknown[]>`SELECT 1 FROM businesses WHERE id = ${businessId}::uuid FOR UPDATE`;
  if (held.length === 0) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
  const role = await roleOf(tx, businessId, actor);
  if (role === null || !can(role, 'members.write')) throw forbidden();
  return role;
}

async function roleOf(tx: Tx, businessId: string, actor: Actor): Promise<Role | null> {
  if (actor.kind === 'command' || actor.kind === 'system') return 'system_admin';
  if (actor.kind !== 'person' || actor.id === null) return null;
  const [found] = await tx.$queryRaw<{ is_admin: boolean }[]>`SELECT is_system_admin(${actor.id}::uuid) AS is_admin`;
  if (found?.is_admin === true) return 'system_admin';
  const membership = await tx.membership.findFirst({ where: { businessId, userId: actor.id }, select: { role: true } });
  return membership?.role ?? null;
}

async function manageable(
  tx: Tx,
  businessId: string,
  userId: string,
  manager: Role,
): Promise<{ role: BusinessRole; email: string }> {
  const member = await tx.membership.findFirst({
    where: { businessId, userId },
    select: { role: true, user: { select: { email: true } } },
  });
  if (member === null) throw new AppError('member_not_found', { permanent: true });
  if (!reaches(manager, member.role)) throw forbidden();
  return { role: member.role, email: member.user.email };
}

async function requireAnotherOwner(tx: Tx, businessId: string, userId: string): Promise<void> {
  const others = await tx.membership.count({ where: { businessId, role: 'owner', userId: { not: userId } } });
  if (others === 0) throw new AppError('last_owner', { permanent: true });
}

const forbidden = () => new AppError('forbidden', { permanent: true });
