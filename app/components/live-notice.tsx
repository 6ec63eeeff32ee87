import type { LiveState } from '../live/changes.ts';
import { Notice } from './notice.tsx';

const TEXTS: Partial<Record<LiveState, string>> = {
  lost: 'החיבור נותק, ומה שמוצג כאן אולי אינו עדכני. מתחברים מחדש…',
  delayed: 'העדכון החי אינו זמין כרגע. הדף מתעדכן כל כמה שניות.',
};

/** Says when the page is not as fresh as it should be; gone as soon as it is again. */
export function LiveNotice({ state }: { state: LiveState }) {
  const text = TEXTS[state];
  return (
    <div role="status" className="sticky top-18 z-20 lg:top-4">
      {text === undefined ? null : (
        <div className="mb-6 rounded-control shadow-card">
          <Notice tone="warn">{text}</Notice>
        </div>
      )}
    </div>
  );
}
