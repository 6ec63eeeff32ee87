import { NavLink } from '@remix-run/react';

interface TabsProps {
  /** Names the tabs for a screen reader. */
  readonly label: string;
  readonly tabs: readonly { readonly to: string; readonly text: string }[];
}

/**
 * Tabs that are pages of their own: links, so they work without JavaScript and each has an address. They scroll
 * sideways when the window is too narrow for all.
 */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav aria-label={label} className="-mx-4 mb-6 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex min-w-full gap-1 border-b border-line">
        {tabs.map(({ to, text }) => (
          <li key={to} className="shrink-0">
            <NavLink
              to={to}
              prefetch="intent"
              className="-mb-px inline-flex min-h-11 items-center border-b-3 border-transparent px-4 font-medium text-muted -outline-offset-3 transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-accent-text"
            >
              {text}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
