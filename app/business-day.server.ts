import { DateTime } from 'luxon';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Nothing that is kept is older, and the database cannot write every day of long ago. */
const FIRST_YEAR = 1900;

function dayIn(day: string, timeZone: string): DateTime {
  const begins = DAY.test(day) ? DateTime.fromISO(day, { zone: timeZone }) : DateTime.invalid('no day');
  return begins.year < FIRST_YEAR ? DateTime.invalid('too long ago') : begins;
}

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
