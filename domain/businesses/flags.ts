import { z } from 'zod';

/** What may be switched on and off for one business, and what holds where nobody has decided. */
export const FLAGS = {
  whatsapp: false,
  outbound_calls: true,
  payments: false,
  recordings: true,
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
