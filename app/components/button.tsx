import type { ButtonHTMLAttributes } from 'react';

type Look = 'primary' | 'secondary' | 'danger' | 'quiet';
type Size = 'normal' | 'small';

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-control font-semibold transition-colors cursor-pointer disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:cursor-progress print:hidden';

const SIZES: Readonly<Record<Size, string>> = {
  normal: 'min-h-11 px-5 py-2',
  // Still 36 px high, above the 24 px that a target needs.
  small: 'min-h-9 px-3 py-1 text-sm',
};

const LOOKS: Readonly<Record<Look, string>> = {
  primary: 'border border-transparent bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-edge bg-surface text-ink hover:bg-sunken hover:border-accent-text',
  danger: 'border border-transparent bg-danger-strong text-on-danger hover:bg-danger-hover',
  quiet: 'border border-transparent text-accent-text hover:bg-accent-soft',
};

/** The classes of a button, for links that look like one. */
export function buttonClass(look: Look = 'primary', className = '', size: Size = 'normal'): string {
  return `${BASE} ${SIZES[size]} ${LOOKS[look]} ${className}`;
}

export type ButtonLook = Look;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the one thing to do here; `danger`: what cannot be taken back; `quiet`: beside other things. */
  readonly look?: Look;
  readonly size?: Size;
  /** While true the button says `busyText` and a second press does nothing; it stays focusable. */
  readonly busy?: boolean;
  readonly busyText?: string;
}

export function Button({
  look = 'primary',
  size = 'normal',
  busy = false,
  busyText,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else rest.onClick?.(event);
      }}
      className={buttonClass(look, className, size)}
    >
      {busy ? <span aria-hidden="true" className="spinner size-4 rounded-full border-2 border-current" /> : null}
      {busy && busyText !== undefined ? busyText : children}
    </button>
  );
}
