import type { ComponentType } from 'react';
import { can, type Action, type Role, type Scope } from '../domain/users/permissions.ts';
import {
  BlockIcon,
  BuildingIcon,
  HomeIcon,
  ListIcon,
  PeopleIcon,
  PhoneIcon,
  SendIcon,
  SettingsIcon,
  ShieldIcon,
} from './components/icons.tsx';

/** A place of the main navigation. */
export interface Place {
  readonly to: string;
  readonly text: string;
  readonly icon: ComponentType<{ className?: string }>;
  /** Who may not do this does not see the place. */
  readonly action: Action;
  /** `any` for places about all businesses. Default `own`. */
  readonly scope?: Scope;
  readonly group: PlaceGroup;
}

/** Heading of each group on the rail, in their order; null needs none. */
export const PLACE_GROUPS = {
  work: null,
  business: 'ניהול העסק',
  system: 'המערכת',
} as const satisfies Record<string, string | null>;
export type PlaceGroup = keyof typeof PLACE_GROUPS;

/**
 * Every place of the main navigation, in the order it is shown. On a small screen the first ones stand at the foot and
 * the others behind "עוד". A new page adds its row here together with its route.
 */
export const PLACES: readonly Place[] = [
  { to: '/dashboard', text: 'מבט כללי', icon: HomeIcon, action: 'dashboard.read', group: 'work' },
  { to: '/calls', text: 'שיחות', icon: PhoneIcon, action: 'calls.read', group: 'work' },
  { to: '/leads', text: 'לידים', icon: PeopleIcon, action: 'leads.read', group: 'work' },
  { to: '/do-not-call', text: 'לא להתקשר', icon: BlockIcon, action: 'do_not_call.read', group: 'work' },
  { to: '/deliveries', text: 'משלוחים', icon: SendIcon, action: 'deliveries.read', group: 'business' },
  { to: '/audit', text: 'יומן פעולות', icon: ListIcon, action: 'audit.read', group: 'business' },
  { to: '/privacy', text: 'פרטיות', icon: ShieldIcon, action: 'privacy.read', group: 'business' },
  { to: '/settings', text: 'הגדרות', icon: SettingsIcon, action: 'settings.read', group: 'business' },
  {
    to: '/businesses',
    text: 'עסקים',
    icon: BuildingIcon,
    action: 'businesses.read',
    scope: 'any',
    group: 'system',
  },
];

/** The places a role may go to, in order. Who works in no business has those about all of them alone. */
export function placesOf(role: Role, worksInBusiness = true): readonly Place[] {
  return PLACES.filter(({ action, scope }) => can(role, action, scope) && (worksInBusiness || scope === 'any'));
}
