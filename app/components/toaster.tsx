import { useCallback, useEffect, useState } from 'react';
import { onToast, type Toast } from '../toast.ts';
import { AlertIcon, CheckIcon, CloseIcon, InfoIcon } from './icons.tsx';
import { useHydrated } from './use-hydrated.ts';

/** Ms a message stays; a pointer on it or the focus in it holds it. */
const STAYS_MS = 6_000;

const ICONS = { ok: CheckIcon, danger: AlertIcon, info: InfoIcon } as const;
const TONES = { ok: 'text-ok', danger: 'text-danger', info: 'text-accent-text' } as const;

/**
 * The messages about what was just done, in a live region that is always there. `announced` is the one that the server
 * sends with a page; others come through `showToast`.
 */
export function Toaster({ announced }: { announced: Toast | null }) {
  const [toasts, setToasts] = useState<readonly Toast[]>(announced === null ? [] : [announced]);
  useEffect(() => {
    if (announced !== null) setToasts((shown) => withToast(shown, announced));
  }, [announced]);
  useEffect(() => onToast((toast) => setToasts((shown) => withToast(shown, toast))), []);
  const dismiss = useCallback((id: string) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  return (
    <div
      role="status"
      aria-live="polite"
      aria-atomic="false"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 lg:start-auto lg:end-6 lg:bottom-6 lg:items-end"
    >
      {toasts.map((toast) => (
        <Message key={toast.id} toast={toast} dismiss={dismiss} />
      ))}
    </div>
  );
}

/** Three at most; one that is shown already is not shown twice. */
function withToast(shown: readonly Toast[], toast: Toast): readonly Toast[] {
  return shown.some(({ id }) => id === toast.id) ? shown : [...shown, toast].slice(-3);
}

function Message({ toast: { id, tone, text }, dismiss }: { toast: Toast; dismiss: (id: string) => void }) {
  const hydrated = useHydrated();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [held, id, dismiss]);
  const Icon = ICONS[tone];
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="toast pointer-events-auto flex w-full max-w-sm items-start gap-3 rounded-control border border-line bg-surface py-2 ps-4 pe-2 text-ink shadow-float"
    >
      <Icon className={`mt-2 size-5 ${TONES[tone]}`} />
      <p className="min-w-0 flex-1 py-1.5">{text}</p>
      {hydrated ? (
        <button
          type="button"
          aria-label="סגירת ההודעה"
          onClick={() => dismiss(id)}
          className="grid size-9 shrink-0 cursor-pointer place-items-center rounded-control text-muted hover:bg-sunken hover:text-ink"
        >
          <CloseIcon className="size-4" />
        </button>
      ) : null}
    </div>
  );
}
