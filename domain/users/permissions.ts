/** Roles, widest first. `system_admin` is a property of a person, the others of a membership in a business. */
export const ROLES = ['system_admin', 'owner', 'admin', 'agent'] as const;
export type Role = (typeof ROLES)[number];
/** A role that a person has in a business. */
export type BusinessRole = Exclude<Role, 'system_admin'>;

/**
 * How far a permission reaches. `own`: one's own account, or the business one works in at the moment. `any`: every
 * account and every business.
 */
export type Scope = 'own' | 'any';

type Grants = Partial<Record<Role, Scope>>;

const EVERYBODY: Grants = { system_admin: 'any', owner: 'own', admin: 'own', agent: 'own' };
const MANAGERS: Grants = { system_admin: 'any', owner: 'own', admin: 'own' };
const OWNERS: Grants = { system_admin: 'any', owner: 'own' };
const SYSTEM: Grants = { system_admin: 'any' };

/**
 * Who may do what to which entity, and whose: `<entity>.<action>` → role → reach. The one table that routes, the JSON
 * API and the navigation read; a role that is not named may not. `business.*` is about the business one works in,
 * `businesses.*` about all of them.
 */
const TABLE = {
  'account.read': EVERYBODY,
  'account.write': EVERYBODY,
  'dashboard.read': MANAGERS,
  'calls.read': EVERYBODY,
  'calls.export': MANAGERS,
  'events.read': EVERYBODY,
  'leads.read': EVERYBODY,
  'leads.write': EVERYBODY,
  'leads.export': MANAGERS,
  'deliveries.read': MANAGERS,
  'deliveries.replay': MANAGERS,
  'destinations.write': MANAGERS,
  'settings.read': MANAGERS,
  'settings.write': MANAGERS,
  'prompt.read': MANAGERS,
  'prompt.write': MANAGERS,
  'business.read': EVERYBODY,
  'business.write': MANAGERS,
  'numbers.read': MANAGERS,
  'numbers.write': OWNERS,
  'members.read': MANAGERS,
  'members.write': MANAGERS,
  'tokens.read': OWNERS,
  'tokens.write': OWNERS,
  'origins.write': MANAGERS,
  'secrets.write': OWNERS,
  'security.read': MANAGERS,
  'security.write': OWNERS,
  'retention.write': OWNERS,
  'audit.read': OWNERS,
  'privacy.read': OWNERS,
  'privacy.write': OWNERS,
  'do_not_call.read': EVERYBODY,
  'do_not_call.write': MANAGERS,
  'limits.write': SYSTEM,
  'flags.write': SYSTEM,
  'businesses.read': SYSTEM,
  'businesses.write': SYSTEM,
  'businesses.act_as': SYSTEM,
  'queue.read': SYSTEM,
} as const satisfies Record<`${string}.${string}`, Grants>;

/** Everything a page, an API call or a token may ask leave for. */
export type Action = keyof typeof TABLE;
/** All actions, for tests and pages that list them. */
export const ACTIONS = Object.keys(TABLE) as readonly Action[];

/** Whether a role may do something, at least as far as `scope` reaches. */
export function can(role: Role, action: Action, scope: Scope = 'own'): boolean {
  const reach = TABLE[action][role];
  return reach === 'any' || (reach !== undefined && reach === scope);
}

/** Whether `role` is as wide as `other`, or wider: who manages people manages nobody wider than themselves. */
export function reaches(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(other);
}
