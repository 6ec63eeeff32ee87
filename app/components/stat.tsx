import { Link } from '@remix-run/react';
import type { ComponentType, ReactNode } from 'react';
import { ForwardIcon } from './icons.tsx';

interface StatProps {
  readonly name: string;
  /** The figure, in the form it is read: `12`, `3:07`, `₪1,200`. */
  readonly value: ReactNode;
  /** The list that the figure counts. */
  readonly to?: string;
  /** A sentence under the figure: what it is compared with, or since when. */
  readonly note?: ReactNode;
  readonly icon?: ComponentType<{ className?: string }>;
  readonly tone?: 'neutral' | 'danger';
}

/** Figures side by side: two on a phone, four on a desk. */
export function Stats({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-3 md:gap-4 lg:grid-cols-4">{children}</dl>;
}

/** One figure with its name; with `to` the whole block leads to the list behind it. */
export function Stat({ name, value, to, note, icon: Icon, tone = 'neutral' }: StatProps) {
  return (
    <div className="relative flex min-w-0 flex-col rounded-card border border-line bg-surface p-4 shadow-card transition-colors has-[a:hover]:border-accent-text md:p-5">
      <dt className="flex items-center gap-2 text-muted">
        {Icon === undefined ? null : <Icon className="size-4.5 max-sm:hidden" />}
        {to === undefined ? (
          name
        ) : (
          <Link to={to} prefetch="intent" className="min-w-0 after:absolute after:inset-0 after:rounded-card">
            {name}
          </Link>
        )}
      </dt>
      <dd
        className={`mt-1.5 flex items-center justify-between text-3xl font-bold tracking-tight tabular-nums ${tone === 'danger' ? 'text-danger' : 'text-ink'}`}
      >
        {value}
        {to === undefined ? null : <ForwardIcon className="size-4 text-muted" />}
      </dd>
      {note === undefined ? null : <dd className="mt-1 text-sm text-muted">{note}</dd>}
    </div>
  );
}
