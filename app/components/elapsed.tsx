import { useEffect, useState } from 'react';
import { formatLength } from '../format.ts';
import { Ltr } from './ltr.tsx';

/**
 * Time since `since`, counting. `readAt` is the server's clock when the page was read, so that a browser's wrong clock
 * does not matter. Without JavaScript it stands still. Not announced as it counts.
 */
export function Elapsed({ since, readAt }: { since: Date; readAt: Date }) {
  const sinceMs = since.getTime();
  const readMs = readAt.getTime();
  const [elapsedMs, setElapsedMs] = useState(readMs - sinceMs);
  useEffect(() => {
    const begunAt = performance.now();
    const count = () => setElapsedMs(readMs - sinceMs + performance.now() - begunAt);
    count();
    const timer = setInterval(count, 1000);
    return () => clearInterval(timer);
  }, [sinceMs, readMs]);
  return (
    <span role="timer">
      <Ltr className="tabular-nums">{formatLength(elapsedMs)}</Ltr>
    </span>
  );
}
