import { useState, type ComponentType, type ReactNode } from 'react';
import { buttonClass, type ButtonLook } from './button.tsx';
import type { RichDialogProps } from './dialog-rich.tsx';
import { useHydrated } from './use-hydrated.ts';

export interface DialogProps {
  /** What stands on the button that opens it. */
  readonly trigger: ReactNode;
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
  readonly title: string;
  /** The content; with a function, it is given what closes the dialog (nothing to close without JavaScript). */
  readonly children: ReactNode | ((close: () => void) => ReactNode);
}

let Loaded: ComponentType<RichDialogProps> | null = null;
const load = async () => (Loaded ??= (await import('./dialog-rich.tsx')).default);

/**
 * A button that opens a dialog over the page. Without JavaScript, or when the dialog's code does not come, the same
 * content opens below the button.
 */
export function Dialog({ trigger, look = 'secondary', size = 'normal', title, children }: DialogProps) {
  const hydrated = useHydrated();
  const [rich, setRich] = useState<ComponentType<RichDialogProps> | null>(null);
  const [open, setOpen] = useState<'no' | 'over' | 'below'>('no');
  const close = () => setOpen('no');
  const content = typeof children === 'function' ? children(close) : children;

  if (!hydrated) {
    return (
      <details className="min-w-0 open:w-full">
        <summary className={buttonClass(look, 'list-none', size)}>{trigger}</summary>
        <Below title={title}>{content}</Below>
      </details>
    );
  }
  const show = () => {
    load().then(
      (Component) => {
        setRich(() => Component);
        setOpen('over');
      },
      () => setOpen('below'),
    );
  };
  const Rich = rich;
  return (
    <div className={open === 'below' ? 'w-full min-w-0' : 'min-w-0'}>
      <button
        type="button"
        aria-haspopup="dialog"
        onPointerEnter={() => void load().catch(() => {})}
        onFocus={() => void load().catch(() => {})}
        onClick={open === 'below' ? close : show}
        className={buttonClass(look, '', size)}
      >
        {trigger}
      </button>
      {open === 'below' ? <Below title={title}>{content}</Below> : null}
      {Rich === null ? null : (
        <Rich title={title} isOpen={open === 'over'} onClose={close}>
          {content}
        </Rich>
      )}
    </div>
  );
}

function Below({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={title} className="mt-3 rounded-card border border-edge bg-surface p-5">
      <p className="mb-3 text-lg font-bold">{title}</p>
      {children}
    </div>
  );
}
