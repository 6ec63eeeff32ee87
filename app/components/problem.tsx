import { Link, useLocation } from '@remix-run/react';
import { useContext, type ReactNode } from 'react';
import { lastReference } from '../live/connection.ts';
import { ReferenceContext } from '../nonce.ts';
import { buttonClass } from './button.tsx';

interface ProblemProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Shown small, for a talk with support. */
  readonly code?: number | string | undefined;
  /** The next step; an empty `to` is the same page once more. */
  readonly action?: { readonly to: string; readonly text: string };
  /** Another way out. */
  readonly other?: { readonly to: string; readonly text: string };
  /** Whether the log has a line about it that the reference finds. */
  readonly logged?: boolean;
}

/** A page that could not be shown: what happened, and what to do now. */
export function Problem({
  title,
  children,
  code,
  action = { to: '/', text: 'לדף הראשון' },
  other,
  logged = false,
}: ProblemProps) {
  const { pathname, search } = useLocation();
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
      <div className="mt-8 flex flex-wrap justify-center gap-3">
        <Link to={action.to || `${pathname}${search}`} reloadDocument className={buttonClass('primary')}>
          {action.text}
        </Link>
        {other === undefined ? null : (
          <Link to={other.to} reloadDocument className={buttonClass('secondary')}>
            {other.text}
          </Link>
        )}
      </div>
      {code === undefined ? null : (
        <p className="mt-6 text-sm text-muted">
          קוד: <bdi dir="ltr">{code}</bdi>
        </p>
      )}
      {logged ? <Reference /> : null}
    </div>
  );
}

/** The name of the failed request in the log. The server writes it; after that the browser knows it from the answer. */
function Reference() {
  const fromServer = useContext(ReferenceContext);
  const reference = fromServer ?? lastReference();
  return (
    <p className="mt-1 text-sm text-muted" suppressHydrationWarning>
      {reference === null ? '' : 'מספר פנייה לתמיכה: '}
      <bdi dir="ltr" className="font-mono" suppressHydrationWarning>
        {reference ?? ''}
      </bdi>
    </p>
  );
}
