import type { ReactNode } from 'react';

/** Pairs of name and value. */
export function Facts({ children, columns = 2 }: { children: ReactNode; columns?: 1 | 2 }) {
  return (
    <dl className={`grid gap-x-8 gap-y-4 ${columns === 2 ? 'grid-cols-2' : 'grid-cols-2 lg:grid-cols-1'}`}>
      {children}
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="font-medium wrap-break-word">{children}</dd>
    </div>
  );
}
