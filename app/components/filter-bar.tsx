import { Form, Link, useLocation, useNavigation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button, buttonClass } from './button.tsx';

interface FilterBarProps {
  /** Names the form for a screen reader: "סינון השיחות". */
  readonly label: string;
  /** The controls; their names are the parameters of the address. */
  readonly children: ReactNode;
  /** Whether any filter is set: then there is a way to clear them all. */
  readonly filtered: boolean;
  /** Parameters that stay as they are, such as the order. `cursor` never stays. */
  readonly keep?: Readonly<Record<string, string | undefined>>;
}

/** What a list is narrowed by: a GET form, so every view of the list has an address and works without JavaScript. */
export function FilterBar({ label, children, filtered, keep = {} }: FilterBarProps) {
  const { pathname, search } = useLocation();
  const navigation = useNavigation();
  const busy = navigation.state === 'loading' && navigation.location.pathname === pathname;
  return (
    <search>
      <Form
        // The controls begin anew when the address changes by a link.
        key={search}
        method="get"
        action={pathname}
        aria-label={label}
        className="mb-6 rounded-card border border-line bg-surface p-4 shadow-card"
      >
        {Object.entries(keep).map(([name, value]) =>
          value === undefined ? null : <input key={name} type="hidden" name={name} value={value} />,
        )}
        <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">{children}</div>
        <div className="mt-4 flex flex-wrap gap-3">
          <Button type="submit" look="secondary" busy={busy} busyText="מסננים…">
            סינון
          </Button>
          {filtered ? (
            <Link to={pathname} className={buttonClass('quiet')}>
              ניקוי הסינון
            </Link>
          ) : null}
        </div>
      </Form>
    </search>
  );
}
