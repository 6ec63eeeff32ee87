import { NavLink, useLocation } from '@remix-run/react';
import type { Role } from '../../domain/users/permissions.ts';
import { PLACE_GROUPS, placesOf, type Place, type PlaceGroup } from '../navigation.ts';
import { MoreIcon } from './icons.tsx';

const GROUPS = Object.keys(PLACE_GROUPS) as readonly PlaceGroup[];

interface NavigationProps {
  readonly role: Role;
  /** False for who belongs to no business: places about one are left out. */
  readonly worksInBusiness: boolean;
}

/** The main navigation on the rail of a wide window, by groups. */
export function SideNavigation({ role, worksInBusiness }: NavigationProps) {
  const places = placesOf(role, worksInBusiness);
  return (
    <nav aria-label="ניווט ראשי" className="space-y-5">
      {GROUPS.map((group) => (
        <Group key={group} name={PLACE_GROUPS[group]} places={places.filter((place) => place.group === group)} />
      ))}
    </nav>
  );
}

function Group({ name, places }: { name: string | null; places: readonly Place[] }) {
  if (places.length === 0) return null;
  return (
    <div>
      {name === null ? null : <p className="px-3.5 pb-1.5 text-sm text-rail-muted">{name}</p>}
      <ul className="space-y-1">
        {places.map(({ to, text, icon: Icon }) => (
          <li key={to}>
            <NavLink
              to={to}
              prefetch="intent"
              className="flex min-h-11 items-center gap-3 rounded-control px-3.5 font-medium text-rail-muted transition-colors hover:bg-rail-raised hover:text-rail-ink aria-[current=page]:bg-rail-raised aria-[current=page]:text-rail-ink"
            >
              <Icon />
              {text}
            </NavLink>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Places at the foot of a small screen; with more of them the last is "more". */
const AT_FOOT = 4;
const FOOT_CLASS =
  'flex h-16 w-full flex-col items-center justify-center gap-0.5 text-sm font-medium text-muted -outline-offset-4 aria-[current=page]:text-accent-text';

/** As many columns as places: where each stands is known before the last of them has come. */
const COLUMNS: readonly string[] = ['', 'grid-cols-1', 'grid-cols-2', 'grid-cols-3', 'grid-cols-4', 'grid-cols-5'];

/** The main navigation at the bottom of a small screen, under the thumb. */
export function BottomNavigation({ role, worksInBusiness }: NavigationProps) {
  const places = placesOf(role, worksInBusiness);
  const atFoot = places.length <= AT_FOOT ? places : places.slice(0, AT_FOOT - 1);
  const others = places.slice(atFoot.length);
  return (
    <nav
      aria-label="ניווט ראשי"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      <ul className={`grid ${COLUMNS[atFoot.length + (others.length === 0 ? 0 : 1)] ?? ''}`}>
        {atFoot.map(({ to, text, icon: Icon }) => (
          <li key={to} className="min-w-0">
            <NavLink to={to} className={FOOT_CLASS}>
              <Icon />
              {text}
            </NavLink>
          </li>
        ))}
        {others.length === 0 ? null : (
          <li className="min-w-0">
            <More places={others} />
          </li>
        )}
      </ul>
    </nav>
  );
}

/** The other places, on a sheet over the foot. Opens without JavaScript, closes when the page changes. */
function More({ places }: { places: readonly Place[] }) {
  const { key, pathname } = useLocation();
  const isHere = places.some(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  return (
    <details key={key}>
      <summary className={`${FOOT_CLASS} cursor-pointer list-none ${isHere ? 'text-accent-text' : ''}`}>
        <MoreIcon />
        עוד
      </summary>
      <ul className="absolute inset-x-0 bottom-full grid max-h-[70dvh] grid-cols-2 gap-1 overflow-y-auto rounded-t-card border border-line bg-surface p-3 shadow-float">
        {places.map(({ to, text, icon: Icon }) => (
          <li key={to}>
            <NavLink
              to={to}
              className="flex min-h-12 items-center gap-3 rounded-control px-3 font-medium text-ink hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-text"
            >
              <Icon />
              {text}
            </NavLink>
          </li>
        ))}
      </ul>
    </details>
  );
}
