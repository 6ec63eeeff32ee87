import { can, type Role } from '../domain/users/permissions.ts';
import { PLACES, type Place } from './navigation.ts';
import { ownPath } from './own-path.ts';
import { SETTINGS_TABS } from './settings/tabs.ts';

/** Somebody who has just signed in. */
export interface Arrival {
  /** Null when they belong to no business and administer nothing. */
  readonly role: Role | null;
  readonly worksInBusiness: boolean;
}

type Guarded = Pick<Place, 'to' | 'action' | 'scope'>;

/** Pages with leave of their own, the more precise ones first. */
const GUARDED: readonly Guarded[] = [...SETTINGS_TABS, ...PLACES];

/** The page a role begins its work on. */
export function firstPage({ role, worksInBusiness }: Arrival): string {
  if (role === 'system_admin' && !worksInBusiness) return '/businesses';
  const own = role === null ? undefined : FIRST[role].find((to) => PLACES.some((place) => place.to === to));
  return own ?? '/calls';
}

/** The first of these that is there. */
const FIRST: Readonly<Record<Role, readonly string[]>> = {
  system_admin: ['/businesses'],
  owner: ['/dashboard', '/calls'],
  admin: ['/dashboard', '/calls'],
  agent: ['/calls'],
};

/** Where to go on to: the page that was asked for where it is ours and the role may open it, else the first one. */
export function onwards(next: string | null, arrival: Arrival): string {
  const path = ownPath(next, null);
  return path !== null && mayOpen(path, arrival) ? path : firstPage(arrival);
}

function mayOpen(path: string, { role, worksInBusiness }: Arrival): boolean {
  const [pathname = path] = path.split('?', 1);
  if (pathname === '/') return false;
  const place = GUARDED.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  if (place === undefined) return true;
  const { action, scope = 'own' } = place;
  if (scope === 'own' && !worksInBusiness) return false;
  return role !== null && can(role, action, scope);
}
