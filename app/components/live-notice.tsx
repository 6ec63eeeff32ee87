import { useEffect, useState } from 'react';
import type { LiveState } from '../live/changes.ts';
import { Notice } from './notice.tsx';

/** Ms a lost connection may take to come back before anybody is told. */
const PATIENCE_MS = 2000;

const TEXTS: Partial<Record<LiveState, string>> = {
  lost: 'החיבור נותק, ומה שמוצג כאן אולי אינו עדכני. מתחברים מחדש…',
  delayed: 'העדכון החי אינו זמין כרגע. הדף מתעדכן כל כמה שניות.',
};

/** Says when the page is not as fresh as it should be; gone as soon as it is again. */
export function LiveNotice({ state }: { state: LiveState }) {
  const [shown, setShown] = useState<LiveState | null>(null);
  const text = TEXTS[state];
  useEffect(() => {
    if (text === undefined) return setShown(null);
    const timer = setTimeout(() => setShown(state), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state, text]);
  // While one kind of trouble turns into the other, the notice stays.
  const visible = text !== undefined && shown !== null;
  return (
    <div role="status" className="sticky top-18 z-20 lg:top-4">
      {visible ? (
        <div className="mb-6 rounded-control shadow-card">
          <Notice tone="warn">{text}</Notice>
        </div>
      ) : null}
    </div>
  );
}
