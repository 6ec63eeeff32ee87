import { useEffect, useRef } from 'react';
import { AlertIcon } from './icons.tsx';

interface ErrorSummaryProps {
  /** Field name → Hebrew message, in the order of the form. */
  readonly fields: Readonly<Record<string, string>>;
  /** Field name → its label. */
  readonly labels: Readonly<Record<string, string>>;
  /** A message about the whole form. */
  readonly message?: string | undefined;
  /** Changes with every answer of the server, so that a second failure takes the focus again. */
  readonly attempt: unknown;
}

/** What is wrong with a form, with links to the fields. It takes the focus when it appears. */
export function ErrorSummary({ fields, labels, message, attempt }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [attempt]);
  const entries = Object.entries(fields);
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      autoFocus
      className="rounded-card border-2 border-danger bg-danger-soft p-5 text-danger"
    >
      <h2 className="flex items-center gap-2 font-bold">
        <AlertIcon />
        {message ?? 'לא נשמר. יש לתקן את השדות הבאים:'}
      </h2>
      {entries.length === 0 ? null : (
        <ul className="mt-2 list-disc space-y-1 ps-11">
          {entries.map(([name, text]) => (
            <li key={name}>
              <a href={`#${name}`} className="underline underline-offset-4">
                {labels[name] === undefined ? text : `${labels[name]}: ${text}`}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
