import { Form, Link, useLocation, useNavigation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button, buttonClass } from './button.tsx';
import { ChevronDownIcon } from './icons.tsx';

interface FilterBarProps {
  /** Names the form for a screen reader: "סינון השיחות". */
  readonly label: string;
  /** What to look for: always in sight. */
  readonly search?: ReactNode;
  /** The other controls, folded on a small screen. The names of all are the parameters of the address. */
  readonly children?: ReactNode;
  /** Whether any filter is set: then there is a way to clear them all. */
  readonly filtered: boolean;
  /** Whether one of the folded controls is set. Default: as `filtered`. */
  readonly unfolded?: boolean;
  /** Parameters that stay as they are, such as the order. `cursor` never stays. */
  readonly keep?: Readonly<Record<string, string | undefined>>;
}

/** What a list is narrowed by: a GET form, so every view of the list has an address and works without JavaScript. */
export function FilterBar({ label, search, children, filtered, unfolded = filtered, keep = {} }: FilterBarProps) {
  const { pathname, search: query } = useLocation();
  const navigation = useNavigation();
  const busy = navigation.state === 'loading' && navigation.location.pathname === pathname;
  const buttons = (
    <div className="flex flex-wrap items-end gap-3">
      <Button type="submit" look="secondary" busy={busy} busyText="רגע…">
        {children === undefined ? 'חיפוש' : 'סינון'}
      </Button>
      {filtered ? (
        <Link to={pathname} className={buttonClass('quiet')}>
          ניקוי הסינון
        </Link>
      ) : null}
    </div>
  );
  return (
    <search>
      <Form
        // The controls begin anew when the address changes by a link.
        key={query}
        method="get"
        action={pathname}
        aria-label={label}
        className="mb-6 space-y-4 rounded-card border border-line bg-surface p-4 shadow-card"
      >
        {Object.entries(keep).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        {search === undefined ? null : (
          <div className="flex flex-wrap items-end gap-3">
            <div className="min-w-0 flex-1 basis-48">{search}</div>
            {buttons}
          </div>
        )}
        {children === undefined ? null : (
          <details open={unfolded} className="filter-fold group">
            <summary className="flex min-h-11 cursor-pointer list-none items-center gap-1.5 rounded-control font-medium text-accent-text">
              {search === undefined ? 'סינון הרשימה' : 'עוד סינון'}
              <ChevronDownIcon className="size-4 transition-transform group-open:rotate-180" />
            </summary>
            <div className="grid grid-cols-1 gap-4 sm:grid-cols-[repeat(auto-fit,minmax(10.5rem,1fr))]">
              {children}
              {search === undefined ? buttons : null}
            </div>
          </details>
        )}
      </Form>
    </search>
  );
}
