import { randomUUID } from 'node:crypto';
import type { Actor } from '../../../domain/audit/index.ts';
import { hashPassword, type BusinessRole } from '../../../domain/users/index.ts';
import type { Database } from '../../../platform/db/index.ts';

/** Everybody's password: hashed once, because that takes its time. */
export const PASSWORD = 'שלוש מילים ארוכות';
let hashed: Promise<string> | undefined;

/** A person, of a business or of none. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly actor: Actor;
}

/** A person with an account; with a business, a member of it. */
export async function aPerson(
  db: Database,
  options: { readonly businessId?: string; readonly role?: BusinessRole; readonly isSystemAdmin?: boolean } = {},
): Promise<Person> {
  const id = randomUUID();
  const email = `p-${id}@example.test`;
  const passwordHash = await (hashed ??= hashPassword(PASSWORD));
  const isSystemAdmin = options.isSystemAdmin ?? false;
  await db.withIdentity((tx) => tx.user.create({ data: { id, email, passwordHash, isSystemAdmin } }));
  const { businessId, role = 'agent' } = options;
  if (businessId !== undefined) {
    await db.withBusiness(businessId, (tx) => tx.membership.create({ data: { userId: id, businessId, role } }));
  }
  return { id, email, actor: { kind: 'person', id, label: email } };
}
