import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { ForwardIcon } from './icons.tsx';

interface BreadcrumbsProps {
  /** The pages above this one, the outermost first. */
  readonly above: readonly { readonly to: string; readonly text: string }[];
  /** The name of this page. */
  readonly here: ReactNode;
}

/** Where a page stands. For pages below a list; stands above the page's header. */
export function Breadcrumbs({ above, here }: BreadcrumbsProps) {
  return (
    <nav aria-label="מיקום" className="mb-3">
      <ol className="flex flex-wrap items-center gap-x-1 text-sm text-muted">
        {above.map(({ to, text }) => (
          <li key={to} className="flex items-center gap-1">
            <Link to={to} className="inline-flex min-h-8 items-center font-medium text-accent-text hover:underline">
              {text}
            </Link>
            <ForwardIcon className="size-3.5" />
          </li>
        ))}
        <li aria-current="page" className="min-w-0 truncate">
          {here}
        </li>
      </ol>
    </nav>
  );
}
