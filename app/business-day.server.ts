import { DateTime } from 'luxon';

const DAY = /^\d{4}-\d\d-\d\d$/;

const dayIn = (day: string, timeZone: string) =>
  DAY.test(day) ? DateTime.fromISO(day, { zone: timeZone }) : DateTime.invalid('no day');

/** The moment a day (`2026-03-10`, as a date control sends it) begins in a time zone; null for what is no day. */
export function dayBegins(day: string, timeZone: string): Date | null {
  const begins = dayIn(day, timeZone);
  return begins.isValid ? begins.toJSDate() : null;
}

/** The moment the day after it begins. */
export function dayEnds(day: string, timeZone: string): Date | null {
  const begins = dayIn(day, timeZone);
  return begins.isValid ? begins.plus({ days: 1 }).toJSDate() : null;
}
