import { Form, type FetcherWithComponents } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Button, type ButtonLook } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { OfBusiness } from './own-form.tsx';
import { useHydrated } from './use-hydrated.ts';

interface ConfirmProps {
  /** What stands on the button that asks: "מחיקה". */
  readonly trigger: ReactNode;
  readonly look?: ButtonLook;
  readonly size?: 'normal' | 'small';
  /** The question: "למחוק את המשתמש?" */
  readonly title: string;
  /** What will happen, and whether it can be taken back; a control in it is sent along. */
  readonly children: ReactNode;
  /** The answer that does it, as a verb: "מחיקה", "ניתוק". */
  readonly confirmText: string;
  /** `danger`, the default, for what cannot be taken back. */
  readonly confirmLook?: 'danger' | 'primary';
  /** Where the form is posted to, and what it sends. Default: the page's own action. */
  readonly action?: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** With `fetcher` the answer is read beside the page instead of leading to another. */
  readonly fetcher?: FetcherWithComponents<unknown> | undefined;
}

/** A question before something happens; the answer posts a form. Without JavaScript the question opens below its button. */
export function Confirm({
  children,
  confirmText,
  confirmLook = 'danger',
  action,
  fields,
  fetcher,
  ...dialog
}: ConfirmProps) {
  const hydrated = useHydrated();
  const PostForm = fetcher?.Form ?? Form;
  return (
    <Dialog {...dialog}>
      {(close) => (
        <PostForm
          method="post"
          {...(action === undefined ? {} : { action })}
          preventScrollReset
          // After the form has been read: it goes away with the dialog.
          onSubmit={() => queueMicrotask(close)}
        >
          <OfBusiness />
          {Object.entries(fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <div className="text-muted">{children}</div>
          <div className="mt-6 flex flex-wrap gap-3">
            <Button type="submit" look={confirmLook}>
              {confirmText}
            </Button>
            {hydrated ? (
              <Button type="button" look="secondary" onClick={close}>
                ביטול
              </Button>
            ) : null}
          </div>
        </PostForm>
      )}
    </Dialog>
  );
}
