import type { ReactNode } from 'react';

/** One component, or several of a kind, in all its states. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = `design-${title.replaceAll(' ', '-')}`;
  return (
    <section aria-labelledby={id} className="border-t border-line pt-6">
      <h2 id={id} className="mb-4 text-xl font-bold">
        {title}
      </h2>
      <div className="space-y-5">{children}</div>
    </section>
  );
}

/** Examples side by side. */
export function Row({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>;
}

/** Fields side by side. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className="grid gap-5 sm:grid-cols-2">{children}</div>;
}
