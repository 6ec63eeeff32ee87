import { useBlocker } from '@remix-run/react';
import { useEffect, useRef } from 'react';
import { Button } from './button.tsx';

/** Asks before a page with unsaved changes is left: by a link in a dialog of ours, by the browser in its own. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  const asks = blocker.state === 'blocked';

  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  useEffect(() => {
    if (asks) dialog.current?.showModal();
    else dialog.current?.close();
  }, [asks]);

  return (
    <dialog
      ref={dialog}
      aria-labelledby="leave-title"
      aria-describedby="leave-text"
      onClose={() => {
        if (blocker.state === 'blocked') blocker.reset();
      }}
      className="m-auto w-[calc(100%-2rem)] max-w-md rounded-card border border-line bg-surface p-6 text-ink shadow-lg backdrop:bg-black/50"
    >
      <h2 id="leave-title" className="text-lg font-bold">
        לעזוב בלי לשמור?
      </h2>
      <p id="leave-text" className="mt-2">
        יש שינויים שלא נשמרו. הם יחכו כאן עד שהלשונית של הדפדפן תיסגר, אבל לא ישפיעו על השיחות.
      </p>
      <div className="mt-6 flex flex-wrap gap-3">
        <Button type="button" autoFocus onClick={() => blocker.reset?.()}>
          להישאר בדף
        </Button>
        <Button type="button" look="secondary" onClick={() => blocker.proceed?.()}>
          לעזוב בלי לשמור
        </Button>
      </div>
    </dialog>
  );
}
