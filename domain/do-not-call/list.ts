import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { isDialable, normalisePhone } from '../phone/normalise.ts';
import { lastDigits } from '../phone/last-digits.ts';

/** How a number came onto the list: said in a call, typed on the page, or pasted with others. */
export const OPT_OUT_REASONS = ['spoken', 'page', 'import'] as const;
export type OptOutReason = (typeof OPT_OUT_REASONS)[number];

/** Whether the business may ring a number: false once somebody asked not to be called there. */
export async function mayCall(tx: Tx, businessId: string, phone: string): Promise<boolean> {
  return (await tx.doNotCall.count({ where: { businessId, phone: normalisePhone(phone) } })) === 0;
}

/** The same in a transaction of its own. */
export async function isListed(db: Database, businessId: string, phone: string): Promise<boolean> {
  return db.withBusiness(businessId, async (tx) => !(await mayCall(tx, businessId, phone)));
}

/**
 * Puts a number on the list; one that is there stays as it is. Returns whether it is new.
 * @throws AppError `phone_invalid` (permanent) for what cannot be dialled
 */
export async function addNumber(db: Database, businessId: string, phone: string, actor: Actor): Promise<boolean> {
  const normalised = normalisePhone(phone);
  if (!isDialable(normalised)) throw new AppError('phone_invalid', { permanent: true });
  return db.withBusiness(businessId, async (tx) => {
    const [row] = await insert(tx, businessId, [normalised], 'page', actor);
    if (row === undefined) return false;
    const after = { phone: lastDigits(row.phone), reason: 'page' };
    await audit(tx, { businessId, actor, action: 'do_not_call.added', entityId: row.id, before: null, after });
    return true;
  });
}

/** Puts many numbers, normalised already, on the list at once. Returns how many are new. */
export async function importNumbers(
  db: Database,
  businessId: string,
  phones: readonly string[],
  actor: Actor,
): Promise<number> {
  if (phones.length === 0) return 0;
  return db.withBusiness(businessId, async (tx) => {
    const rows = await insert(tx, businessId, phones, 'import', actor);
    const after = { added: rows.length, known: phones.length - rows.length };
    await audit(tx, { businessId, actor, action: 'do_not_call.imported', before: null, after });
    return rows.length;
  });
}

/** Takes a number off the list. False when it is not there (any more). */
export async function removeNumber(db: Database, businessId: string, id: string, actor: Actor): Promise<boolean> {
  return db.withBusiness(businessId, async (tx) => {
    const row = await tx.doNotCall.findUnique({ where: { id, businessId } });
    if (row === null) return false;
    await tx.doNotCall.deleteMany({ where: { id, businessId } });
    const before = { phone: lastDigits(row.phone), reason: row.reason };
    await audit(tx, { businessId, actor, action: 'do_not_call.removed', entityId: id, before, after: null });
    return true;
  });
}

async function insert(
  tx: Tx,
  businessId: string,
  phones: readonly string[],
  reason: OptOutReason,
  actor: Actor,
): Promise<{ id: string; phone: string }[]> {
  return tx.doNotCall.createManyAndReturn({
    data: phones.map((phone) => ({ businessId, phone, reason, addedBy: actor.label })),
    skipDuplicates: true,
    select: { id: true, phone: true },
  });
}
