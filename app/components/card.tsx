import type { ReactNode } from 'react';

interface CardProps {
  readonly title: string;
  readonly id: string;
  readonly help?: ReactNode;
  /** Stands at the end of the title's line. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled block of a page. */
export function Card({ title, id, help, aside, children }: CardProps) {
  return (
    <section
      aria-labelledby={`${id}-title`}
      className="rounded-card border border-line bg-surface p-5 shadow-card md:p-7"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <h2 id={`${id}-title`} className="text-lg font-bold">
          {title}
        </h2>
        {aside}
      </div>
      {help === undefined ? null : <p className="mt-1 max-w-prose text-muted">{help}</p>}
      <div className="mt-5">{children}</div>
    </section>
  );
}
