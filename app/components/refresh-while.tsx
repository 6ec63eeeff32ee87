import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef } from 'react';

/** Milliseconds between two looks at a call that is still changing. */
const REFRESH_MS = 2000;

/** Reads the page's data again every two seconds while `active` and the page is in view. Shows nothing. */
export function RefreshWhile({ active }: { active: boolean }) {
  const { revalidate, state } = useRevalidator();
  const busy = useRef(false);
  busy.current = state !== 'idle';
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => {
      if (!busy.current && document.visibilityState === 'visible') revalidate();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [active, revalidate]);
  return null;
}
