import { useEffect, useState } from 'react';
import { buttonClass } from './button.tsx';
import { BOX_CLASS } from './field-frame.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';
import { useHydrated } from './use-hydrated.ts';

/** Ms for which the button says that it has copied. */
const SAID_MS = 2_500;

interface CopyFieldProps {
  readonly id: string;
  readonly label: string;
  /** Reads left to right: an address, a key, a link. */
  readonly value: string;
  readonly help?: string;
}

/** Something to take elsewhere, such as a key that is shown once. Without JavaScript it can be selected. */
export function CopyField({ id, label, value, help }: CopyFieldProps) {
  const hydrated = useHydrated();
  const [copied, setCopied] = useState<'yes' | 'failed' | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          dir="ltr"
          value={value}
          aria-describedby={help === undefined ? undefined : `${id}-help`}
          onFocus={(event) => event.currentTarget.select()}
          className={`${BOX_CLASS} min-w-0 flex-1 text-start font-mono text-sm`}
        />
        <button type="button" disabled={!hydrated} onClick={copy} className={buttonClass('secondary', 'shrink-0')}>
          {copied === 'yes' ? <CheckIcon /> : <CopyIcon />}
          <span className="sr-only sm:not-sr-only">העתקה</span>
          <span className="sr-only sm:hidden">: {label}</span>
        </button>
      </div>
      <p role="status" className="text-sm text-muted empty:hidden">
        {copied === 'yes' ? 'הועתק.' : copied === 'failed' ? 'ההעתקה נחסמה. אפשר לסמן ולהעתיק ידנית.' : ''}
      </p>
      {help === undefined ? null : (
        <p id={`${id}-help`} className="mt-1.5 text-sm text-muted">
          {help}
        </p>
      )}
    </div>
  );
}
