import { Link, useLocation } from '@remix-run/react';
import { useEffect, useRef } from 'react';

interface TabsProps {
  /** Names the tabs for a screen reader. */
  readonly label: string;
  readonly tabs: readonly Tab[];
}

interface Tab {
  readonly to: string;
  readonly text: string;
  /** Pages elsewhere that belong under this tab. */
  readonly also?: readonly string[];
}

const isWithin = (pathname: string, path: string) => pathname === path || pathname.startsWith(`${path}/`);

/**
 * Tabs that are pages of their own: links, so they work without JavaScript and each has an address. They scroll
 * sideways when the window is too narrow for all.
 */
export function Tabs({ label, tabs }: TabsProps) {
  const { pathname } = useLocation();
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = bar.current?.querySelector('[aria-current="page"]');
    // Sideways alone: the page stays where it is.
    current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname]);
  return (
    <nav ref={bar} aria-label={label} className="-mx-4 mb-6 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex min-w-full gap-1 border-b border-line">
        {tabs.map(({ to, text, also = [] }) => (
          <li key={to} className="shrink-0">
            <Link
              to={to}
              prefetch="intent"
              aria-current={
                isWithin(pathname, to) || also.some((path) => isWithin(pathname, path)) ? 'page' : undefined
              }
              className="-mb-px inline-flex min-h-11 items-center border-b-3 border-transparent px-4 font-medium text-muted -outline-offset-3 transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-accent-text"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
