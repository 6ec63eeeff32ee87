import type { ComponentType, ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: ComponentType<{ className?: string }>;
  readonly title: string;
  /** What will stand here, or how to bring something here. */
  readonly children?: ReactNode;
  /** A link or button that is the next step. */
  readonly action?: ReactNode;
}

/** A list with nothing in it: says why, and what to do. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="rounded-card border border-dashed border-edge px-6 py-14 text-center">
      <span className="mx-auto mb-5 grid size-14 place-items-center rounded-full bg-accent-soft text-accent-text">
        <Icon className="size-7" />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      {children === undefined ? null : <p className="mx-auto mt-1 max-w-sm text-muted">{children}</p>}
      {action === undefined ? null : <div className="mt-6">{action}</div>}
    </div>
  );
}
