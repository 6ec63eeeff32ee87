const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The moment a day (`2026-03-10`, as a date control sends it) begins in a time zone; null for what is no day. */
export function dayBegins(day: string, timeZone: string): Date | null {
  const utc = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(utc)) return null;
  // The zone's clock at the first guess tells how far off it is; behind a change of the clocks once more.
  const first = utc - offsetMs(utc, timeZone);
  return new Date(utc - offsetMs(first, timeZone));
}

/** The moment the day after it begins. */
export function dayEnds(day: string, timeZone: string): Date | null {
  const utc = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(utc) ? null : dayBegins(new Date(utc + DAY_MS).toISOString().slice(0, 10), timeZone);
}

/** How far the zone's clock is ahead of UTC at a moment, ms. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(at / 1000) * 1000;
}
