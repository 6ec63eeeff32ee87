import { sha256Hex } from '../../platform/crypto.ts';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';

/**
 * Lets a system administrator's session act as a business. The business's audit log says so before anything else can
 * be done in it.
 * @throws AppError `forbidden` (the session is no system administrator's), `business_not_found`; permanent
 */
export async function beginActingAs(db: Database, token: string, businessId: string, actor: Actor): Promise<void> {
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ is_admin: boolean; is_there: boolean }[]>`
      SELECT is_system_admin(s.user_id) AS is_admin,
             EXISTS (SELECT 1 FROM business_acted_as(s.user_id, ${businessId}::uuid)) AS is_there
      FROM sessions s WHERE s.token_hash = ${sha256Hex(token)} AND NOT s.awaits_second_factor`,
  );
  if (found?.is_admin !== true) throw new AppError('forbidden', { permanent: true });
  if (!found.is_there) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
  await db.withBusiness(businessId, (tx) =>
    audit(tx, {
      businessId,
      actor: { ...actor, actsAs: true },
      action: 'business.acting_began',
      entityId: businessId,
      after: {},
    }),
  );
  await db.withIdentity((tx) =>
    tx.session.updateMany({ where: { tokenHash: sha256Hex(token) }, data: { actingBusinessId: businessId } }),
  );
}

/** Ends it. Returns the business that was acted as, or null when the session did not. */
export async function endActingAs(db: Database, token: string, actor: Actor): Promise<string | null> {
  const businessId = await db.withIdentity(async (tx) => {
    const [ended] = await tx.$queryRaw<{ acting_business_id: string }[]>`
      SELECT acting_business_id FROM sessions
      WHERE token_hash = ${sha256Hex(token)} AND acting_business_id IS NOT NULL FOR UPDATE`;
    if (ended === undefined) return null;
    await tx.session.updateMany({ where: { tokenHash: sha256Hex(token) }, data: { actingBusinessId: null } });
    return ended.acting_business_id;
  });
  if (businessId === null) return null;
  await db.withBusiness(businessId, (tx) =>
    audit(tx, {
      businessId,
      actor: { ...actor, actsAs: true },
      action: 'business.acting_ended',
      entityId: businessId,
      after: {},
    }),
  );
  return businessId;
}
