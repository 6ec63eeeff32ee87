import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: ReactNode;
  /** A line under the title. */
  readonly children?: ReactNode;
  /** Stands at the end of the line: the page's actions. */
  readonly aside?: ReactNode;
  /** `p` where the page has its heading elsewhere. */
  readonly as?: 'h1' | 'p';
}

/** The title of a page with an optional line under it and something at its end. */
export function PageHeader({ title, children, aside, as: Heading = 'h1' }: PageHeaderProps) {
  return (
    <header className="mb-6 flex flex-wrap items-end justify-between gap-4 md:mb-8">
      <div className="min-w-0">
        <Heading className="text-2xl font-bold tracking-tight md:text-3xl">{title}</Heading>
        {children === undefined ? null : <p className="mt-1 text-muted">{children}</p>}
      </div>
      {aside}
    </header>
  );
}
