import { type Action, can } from '../../domain/users/index.ts';

/** Roles of a business that may do less than its owner. */
export const BUSINESS_ROLES_BELOW_OWNER = ['admin', 'agent'] as const;

/** Whether a role may use a door; one that asks for no leave is everybody's. */
export function canAll(role: (typeof BUSINESS_ROLES_BELOW_OWNER)[number], action: Action | undefined): boolean {
  return action === undefined || can(role, action);
}
