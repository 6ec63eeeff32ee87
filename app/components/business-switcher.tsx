import { Form, useLocation } from '@remix-run/react';
import { useState } from 'react';
import { ChevronDownIcon } from './icons.tsx';
import { POPOVER_CLASS, ROW_CLASS } from './popover-class.ts';
import { useHydrated } from './use-hydrated.ts';

/** From how many businesses on one finds them by typing. */
const SEARCHED_FROM = 8;

interface BusinessSwitcherProps {
  readonly businessName: string;
  readonly otherBusinesses: readonly { readonly id: string; readonly name: string }[];
  /** On the rail the word "business" stands above the name. */
  readonly titled?: boolean;
}

/** The business one works in, and the way to the others. Opens without JavaScript. */
export function BusinessSwitcher({ businessName, otherBusinesses, titled = false }: BusinessSwitcherProps) {
  const { key } = useLocation();
  const name = (
    <span className="min-w-0 flex-1">
      {titled ? <span className="block text-sm text-rail-muted">העסק</span> : null}
      <span dir="auto" className="block truncate text-start font-semibold text-rail-ink">
        {businessName}
      </span>
    </span>
  );
  const box = titled ? 'rounded-control border border-rail-raised px-3.5 py-2.5' : 'min-h-11';
  if (otherBusinesses.length === 0) return <div className={`flex min-w-0 flex-1 items-center ${box}`}>{name}</div>;
  return (
    <details key={key} className="group relative min-w-0 flex-1">
      <summary
        className={`flex cursor-pointer list-none items-center gap-2 rounded-control transition-colors hover:bg-rail-raised ${box}`}
      >
        {name}
        <ChevronDownIcon className="size-4 text-rail-muted group-open:rotate-180" />
        <span className="sr-only">מעבר לעסק אחר</span>
      </summary>
      <Others businesses={otherBusinesses} />
    </details>
  );
}

function Others({ businesses }: { businesses: BusinessSwitcherProps['otherBusinesses'] }) {
  const hydrated = useHydrated();
  const [typed, setTyped] = useState('');
  const shown = businesses.filter(({ name }) => name.toLowerCase().includes(typed.trim().toLowerCase()));
  return (
    <div className={`${POPOVER_CLASS} absolute start-0 top-full z-40 mt-2 w-64 max-w-[calc(100vw-2rem)] p-2`}>
      {hydrated && businesses.length >= SEARCHED_FROM ? (
        <input
          type="search"
          aria-label="חיפוש עסק"
          placeholder="חיפוש עסק"
          dir="auto"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="mb-2 block min-h-11 w-full rounded-control border border-edge bg-surface px-3 text-start placeholder:text-muted"
        />
      ) : null}
      <Form method="post" action="/switch-business" className="max-h-72 overflow-y-auto">
        {shown.map(({ id, name }) => (
          <button key={id} type="submit" name="business_id" value={id} className={`${ROW_CLASS} w-full`}>
            <bdi className="truncate">{name}</bdi>
          </button>
        ))}
      </Form>
      <p role="status" className="px-3 text-muted empty:hidden">
        {shown.length === 0 ? 'אין עסק בשם הזה' : ''}
      </p>
    </div>
  );
}
