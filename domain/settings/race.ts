import { AppError } from '../../platform/errors.ts';
import type { Tx } from '../../platform/db/index.ts';
import { fingerprint } from './fingerprint.ts';
import type { Settings } from './types.ts';

/** What the person who saves had before their eyes: key → fingerprint of the value. */
export type Seen = Readonly<Record<string, string>>;

/** A value that somebody else saved in the meantime, where this person wanted another. */
export interface Conflict {
  readonly key: string;
  /** What stands there now. */
  readonly saved: unknown;
  /** Who saved it and when; null where the audit log does not say. */
  readonly by: { readonly name: string; readonly at: Date } | null;
}

/** Lost races over settings; nothing was changed. */
export class SettingsConflict extends AppError {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super('settings_conflict', { permanent: true, details: { keys: conflicts.map(({ key }) => key) } });
    this.conflicts = conflicts;
  }
}

/**
 * What of `values` this person means to change, and what of that somebody else has changed to something else. A value
 * left as it was seen is nobody's wish: what another made of it stays. A key that was not seen is written as it comes.
 */
export function compare(
  values: Settings,
  current: Settings,
  seen: Seen,
): { readonly wanted: Record<string, unknown>; readonly lost: readonly string[] } {
  const wanted: Record<string, unknown> = {};
  const lost: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    const was = seen[key];
    const mine = fingerprint(value);
    if (was === mine) continue;
    const now = fingerprint(current[key]);
    if (was !== undefined && now !== was && now !== mine) lost.push(key);
    else wanted[key] = value;
  }
  return { wanted, lost };
}

/** Who saved these keys last, out of the audit log. `action`: under which their changes are written. */
export async function conflictsOf(
  tx: Tx,
  businessId: string,
  action: string,
  keys: readonly string[],
  current: Settings,
): Promise<readonly Conflict[]> {
  const rows = await tx.$queryRaw<{ key: string; name: string; at: Date }[]>`
    SELECT DISTINCT ON (key) key, a.at, coalesce(nullif(u.name, ''), a.actor_label) AS name
    FROM unnest(${[...keys]}::text[]) AS key
    JOIN audit_entries a ON a.business_id = ${businessId}::uuid AND a.action = ${action} AND jsonb_exists(a.after, key)
    LEFT JOIN users u ON a.actor_kind = 'person' AND u.id = a.actor_id
    ORDER BY key, a.at DESC, a.id DESC`;
  const by = new Map(rows.map(({ key, name, at }) => [key, { name, at }]));
  return keys.map((key) => ({ key, saved: current[key], by: by.get(key) ?? null }));
}
