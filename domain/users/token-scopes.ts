import type { Action } from './permissions.ts';

/** What a token may be given leave for: scope → actions of the table of permissions. The closed list. */
const SCOPE_ACTIONS = {
  'business:read': ['business.read'],
  'settings:read': ['settings.read'],
  'settings:write': ['settings.read', 'settings.write'],
  'prompt:read': ['prompt.read'],
  'prompt:write': ['prompt.read', 'prompt.write'],
  'calls:read': ['calls.read', 'calls.export'],
  'leads:read': ['leads.read', 'leads.export'],
  'leads:write': ['leads.read', 'leads.write'],
  'deliveries:read': ['deliveries.read'],
  'deliveries:write': ['deliveries.read', 'deliveries.replay'],
  'numbers:read': ['numbers.read'],
  'do_not_call:read': ['do_not_call.read'],
  'do_not_call:write': ['do_not_call.read', 'do_not_call.write'],
  'events:read': ['events.read'],
} as const satisfies Record<`${string}:${string}`, readonly Action[]>;

/** A part of the API that a token may use. */
export type TokenScope = keyof typeof SCOPE_ACTIONS;
/** All scopes, in the order in which pages list them. */
export const TOKEN_SCOPES = Object.keys(SCOPE_ACTIONS) as readonly TokenScope[];

/** Stored in place of a list: every scope, also those that are yet to come. */
export const ALL_SCOPES = '*';

/** Whether a token of these scopes has leave for an action; a scope that is no longer known gives none. */
export function scopesAllow(scopes: readonly string[], action: Action): boolean {
  if (scopes.includes(ALL_SCOPES)) return true;
  return TOKEN_SCOPES.some(
    (scope) => scopes.includes(scope) && (SCOPE_ACTIONS[scope] as readonly Action[]).includes(action),
  );
}

/** The scopes of which each gives leave for an action. */
export function scopesFor(action: Action): readonly TokenScope[] {
  return TOKEN_SCOPES.filter((scope) => scopesAllow([scope], action));
}
