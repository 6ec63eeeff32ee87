import type { ButtonHTMLAttributes } from 'react';

type Look = 'primary' | 'secondary';

const BASE =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-control px-5 py-2 font-semibold transition-colors cursor-pointer disabled:cursor-progress aria-disabled:cursor-progress';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-edge bg-surface text-ink hover:bg-sunken hover:border-accent-text',
};

/** The classes of a button, for links that look like one. */
export function buttonClass(look: Look = 'primary', className = ''): string {
  return `${BASE} ${LOOKS[look]} ${className}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  /** While true the button says `busyText` and a second press does nothing; it stays focusable. */
  readonly busy?: boolean;
  readonly busyText?: string;
}

export function Button({ look = 'primary', busy = false, busyText, className = '', children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else rest.onClick?.(event);
      }}
      className={buttonClass(look, className)}
    >
      {busy && busyText !== undefined ? busyText : children}
    </button>
  );
}
