import { formatClock, formatMoment, formatShortMoment } from '../format.ts';
import { useTimeZone } from '../time-zone.ts';

const STYLES = { long: formatMoment, short: formatShortMoment, clock: formatClock } as const;

/** A moment in the business's time zone. Server and browser may word it differently; the server's words stay. */
export function Moment({ at, as = 'long' }: { at: Date; as?: keyof typeof STYLES }) {
  const timeZone = useTimeZone();
  return (
    <time
      dateTime={at.toISOString()}
      className={`tabular-nums ${as === 'long' ? '' : 'whitespace-nowrap'}`}
      suppressHydrationWarning
    >
      {STYLES[as](at, timeZone)}
    </time>
  );
}
