/** Roles, widest first. `system_admin` is a property of a person, the others of a membership in a business. */
export const ROLES = ['system_admin', 'owner', 'admin', 'agent'] as const;
export type Role = (typeof ROLES)[number];

/** Everything a page or an API call may ask leave for, and who has it. */
const ALLOWED = {
  'calls.read': ['system_admin', 'owner', 'admin', 'agent'],
  'leads.read': ['system_admin', 'owner', 'admin', 'agent'],
  'leads.write': ['system_admin', 'owner', 'admin', 'agent'],
  'settings.read': ['system_admin', 'owner', 'admin'],
  'settings.write': ['system_admin', 'owner', 'admin'],
  'prompt.read': ['system_admin', 'owner', 'admin'],
  'prompt.write': ['system_admin', 'owner', 'admin'],
  'business.write': ['system_admin', 'owner', 'admin'],
  'deliveries.replay': ['system_admin', 'owner', 'admin'],
  'members.manage': ['system_admin', 'owner'],
  'tokens.manage': ['system_admin', 'owner'],
  'limits.write': ['system_admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ALLOWED;
/** All actions, for tests and pages that list them. */
export const ACTIONS = Object.keys(ALLOWED) as readonly Action[];

/** Whether a role may do something. A business's API token acts as `owner`. */
export function can(role: Role, action: Action): boolean {
  return (ALLOWED[action] as readonly Role[]).includes(role);
}
