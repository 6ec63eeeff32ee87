import { z } from 'zod';
import type { Tx } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';

/**
 * What may be switched on and off for one business, and what holds where nobody has decided. `recordings`: its calls may
 * be recorded. `insights`: its calls are summarised and analysed. `webhooks`: events go to destinations it names.
 */
export const FLAGS = {
  recordings: true,
  insights: true,
  webhooks: true,
} as const satisfies Record<string, boolean>;

export type Flag = keyof typeof FLAGS;
export const FLAG_NAMES = Object.keys(FLAGS) as readonly Flag[];

const stored = z.record(z.string(), z.unknown()).catch({});

/** Whether a business has something; `flags`: its `feature_flags`, as the database keeps them. */
export function hasFlag(flags: unknown, flag: Flag): boolean {
  const value = stored.parse(flags)[flag];
  return typeof value === 'boolean' ? value : FLAGS[flag];
}

/** All flags of a business. */
export function flagsOf(flags: unknown): Record<Flag, boolean> {
  return Object.fromEntries(FLAG_NAMES.map((flag) => [flag, hasFlag(flags, flag)])) as Record<Flag, boolean>;
}

/** All flags of a business, within a transaction that decides by them. */
export async function readFlags(tx: Tx, businessId: string): Promise<Readonly<Record<Flag, boolean>>> {
  const row = await tx.business.findUnique({ where: { id: businessId }, select: { featureFlags: true } });
  return flagsOf(row?.featureFlags);
}

/** @throws AppError `webhooks_closed` (permanent) where the business may not have events sent anywhere. */
export async function requireWebhooks(tx: Tx, businessId: string): Promise<void> {
  const { webhooks } = await readFlags(tx, businessId);
  if (!webhooks) throw new AppError('webhooks_closed', { permanent: true });
}
