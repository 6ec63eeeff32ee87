import { z } from 'zod';
import type { Database } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { audit, type Actor } from '../audit/index.ts';
import { newPasswordProblem } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import { normaliseEmail } from './sessions.ts';

/**
 * Makes a person a system administrator. Idempotent by address: who is there already keeps their password.
 * @throws AppError `invalid_admin` (permanent, details.fields: names of the inputs that are wrong)
 */
export async function createSystemAdmin(
  db: Database,
  admin: { readonly email: string; readonly password: string },
  actor: Actor,
): Promise<{ readonly userId: string; readonly created: boolean }> {
  const email = normaliseEmail(admin.email);
  const fields: string[] = [];
  if (!z.email().max(254).safeParse(email).success) fields.push('email');
  if (newPasswordProblem(admin.password, [email]) !== null) fields.push('password');
  if (fields.length > 0) throw new AppError('invalid_admin', { permanent: true, details: { fields } });
  const passwordHash = await hashPassword(admin.password);
  return db.withIdentity(async (tx) => {
    const before = await tx.user.findUnique({ where: { email }, select: { isSystemAdmin: true } });
    if (before === null) await tx.user.createMany({ data: [{ email, passwordHash }], skipDuplicates: true });
    await tx.user.updateMany({ where: { email, isSystemAdmin: false }, data: { isSystemAdmin: true } });
    const made = await tx.user.findUnique({ where: { email }, select: { id: true } });
    if (made === null) throw new AppError('user_not_created');
    if (before?.isSystemAdmin !== true) {
      await audit(tx, {
        businessId: null,
        actor,
        action: 'account.system_admin_made',
        entityId: made.id,
        after: { email },
      });
    }
    return { userId: made.id, created: before === null };
  });
}
