import { DateTime } from 'luxon';
import { hoursOfDay } from './day.ts';
import type { HoursPolicy, TimeRange } from './policy.ts';

/** A stretch of time in which a business is open. */
export interface Opening {
  readonly from: DateTime;
  readonly to: DateTime;
}

/** Days looked ahead for the next opening: longer than any holiday. */
const LOOK_AHEAD_DAYS = 60;

/** Whether the business is open at a moment. False where it has not told its hours. */
export function isOpen(policy: HoursPolicy, at: Date): boolean {
  return openUntil(policy, at) !== null;
}

/** When the opening that is under way ends, or null when the business is closed. Openings that meet are one. */
export function openUntil(policy: HoursPolicy, at: Date): DateTime | null {
  const moment = inZone(policy, at);
  let until: DateTime | null = null;
  for (const { from, to } of openings(policy, moment, -1, 2)) {
    const goesOn = until === null ? from <= moment && moment < to : from <= until && to > until;
    if (goesOn) until = to;
  }
  return until;
}

/** The next moment at which the business opens, or null when there is none in sight. While it is open: the one after. */
export function nextOpening(policy: HoursPolicy, at: Date): DateTime | null {
  const after = openUntil(policy, at) ?? inZone(policy, at);
  const next = openings(policy, inZone(policy, at), 0, LOOK_AHEAD_DAYS).find(({ from }) => from > after);
  return next?.from ?? null;
}

/** A moment on the business's own clock. */
export function inZone({ timeZone }: Pick<HoursPolicy, 'timeZone'>, at: Date): DateTime {
  return DateTime.fromJSDate(at, { zone: timeZone });
}

/** The openings that begin on the days from `first` to `last`, counted from the moment's own day, in order. */
function openings(policy: HoursPolicy, moment: DateTime, first: number, last: number): Opening[] {
  const found: Opening[] = [];
  for (let offset = first; offset <= last; offset++) {
    const day = moment.startOf('day').plus({ days: offset });
    for (const range of hoursOfDay(policy, day.toFormat('yyyy-MM-dd')).ranges) found.push(opening(day, range));
  }
  return found;
}

function opening(day: DateTime, { from, to }: TimeRange): Opening {
  const endsNextDay = to <= from;
  return {
    from: atTime(day, from)[0],
    to: atTime(endsNextDay ? day.plus({ days: 1 }) : day, to)[1],
  };
}

/**
 * A time of a day as the clock shows it, first and last: the hour that a change to winter time repeats comes twice, and
 * a time that a change to summer time leaves out is as much later.
 */
function atTime(day: DateTime, time: string): [DateTime, DateTime] {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const shown = day.set({ hour, minute });
  const both = shown.getPossibleOffsets().toSorted((a, b) => a.toMillis() - b.toMillis());
  return [both[0] ?? shown, both.at(-1) ?? shown];
}
