import { NavLink } from '@remix-run/react';
import type { Role } from '../../domain/users/permissions.ts';
import { PLACE_GROUPS, placesOf, type Place, type PlaceGroup } from '../navigation.ts';

const GROUPS = Object.keys(PLACE_GROUPS) as readonly PlaceGroup[];

/** The main navigation on the rail of a wide window, by groups. */
export function SideNavigation({ role }: { role: Role }) {
  const places = placesOf(role);
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

/** The main navigation at the bottom of a small screen, under the thumb. */
export function BottomNavigation({ role }: { role: Role }) {
  return (
    <nav
      aria-label="ניווט ראשי"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      <ul className="flex">
        {placesOf(role).map(({ to, text, icon: Icon }) => (
          <li key={to} className="flex-1">
            <NavLink
              to={to}
              className="flex h-16 flex-col items-center justify-center gap-0.5 text-sm font-medium text-muted -outline-offset-4 aria-[current=page]:text-accent-text"
            >
              <Icon />
              {text}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
