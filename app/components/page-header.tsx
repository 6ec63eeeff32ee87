import type { ReactNode } from 'react';

/** The title of a page with an optional line under it and something at its end. */
export function PageHeader({ title, children, aside }: { title: ReactNode; children?: ReactNode; aside?: ReactNode }) {
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-4 md:mb-8">
      <div className="min-w-0">
        <h1 className="text-2xl font-bold tracking-tight md:text-3xl">{title}</h1>
        {children === undefined ? null : <p className="mt-1 text-muted">{children}</p>}
      </div>
      {aside}
    </header>
  );
}
