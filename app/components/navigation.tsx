import { NavLink } from '@remix-run/react';
import type { ComponentType } from 'react';
import { PhoneIcon, SettingsIcon } from './icons.tsx';

interface Destination {
  readonly to: string;
  readonly text: string;
  readonly icon: ComponentType<{ className?: string }>;
}

const CALLS: Destination = { to: '/calls', text: 'שיחות', icon: PhoneIcon };
const SETTINGS: Destination = { to: '/settings', text: 'הגדרות', icon: SettingsIcon };

/** The places a person may go to. */
function destinations(maySeeSettings: boolean): readonly Destination[] {
  return maySeeSettings ? [CALLS, SETTINGS] : [CALLS];
}

/** The main navigation on the rail of a wide window. */
export function SideNavigation({ maySeeSettings }: { maySeeSettings: boolean }) {
  return (
    <nav aria-label="ניווט ראשי">
      <ul className="space-y-1">
        {destinations(maySeeSettings).map(({ to, text, icon: Icon }) => (
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
    </nav>
  );
}

/** The main navigation at the bottom of a small screen, under the thumb. */
export function BottomNavigation({ maySeeSettings }: { maySeeSettings: boolean }) {
  return (
    <nav
      aria-label="ניווט ראשי"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      <ul className="flex">
        {destinations(maySeeSettings).map(({ to, text, icon: Icon }) => (
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
