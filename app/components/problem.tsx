import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { buttonClass } from './button.tsx';

interface ProblemProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Shown small, for a talk with support. */
  readonly code?: number | string | undefined;
  readonly action?: { readonly to: string; readonly text: string };
}

/** A page that could not be shown: what happened, and what to do now. */
export function Problem({ title, children, code, action = { to: '/calls', text: 'לרשימת השיחות' } }: ProblemProps) {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center px-4 py-16 text-center md:py-24">
      <svg viewBox="0 0 120 48" aria-hidden="true" className="mb-8 h-16 text-accent-text">
        <g fill="none" stroke="currentColor" strokeWidth="5" strokeLinecap="round">
          <path d="M8 20v8M22 12v24M36 6v36M84 6v36M98 12v24M112 20v8" />
          <path d="M52 24h.01M60 24h.01M68 24h.01" />
        </g>
      </svg>
      <h1 className="text-2xl font-bold">{title}</h1>
      <div className="mt-3 text-lg text-muted">{children}</div>
      <Link to={action.to} reloadDocument className={buttonClass('primary', 'mt-8')}>
        {action.text}
      </Link>
      {code === undefined ? null : (
        <p className="mt-6 text-sm text-muted">
          קוד: <bdi dir="ltr">{code}</bdi>
        </p>
      )}
    </div>
  );
}
