import type { DateTime } from 'luxon';
import { monthName } from '../../hebrew/dates.ts';
import { hoursOfDay, type DayHours } from './day.ts';
import { holidayName, holidaysOf, type HolidayId } from './holidays.ts';
import { inZone, nextOpening, openUntil } from './open.ts';
import { type HoursPolicy, type TimeRange, WEEKDAYS } from './policy.ts';

/** Days ahead of which the agent knows holidays and special days. */
const AHEAD_DAYS = 45;
/** Of those ahead at most so many are told. */
const MOST_AHEAD = 4;

const DAY_NAMES = ['ראשון', 'שני', 'שלישי', 'רביעי', 'חמישי', 'שישי', 'שבת'] as const;

/**
 * What the agent knows of time at a moment, as lines for its instructions: what day and hour it is where the business
 * is, when it is open, whether it is open now, and which days ahead are unlike others.
 */
export function tellHours(policy: HoursPolicy, at: Date): readonly string[] {
  const moment = inZone(policy, at);
  const ahead = tellAhead(policy, moment);
  return [
    `Now, at the start of this call, it is ${dayName(moment)}, ${date(moment)} ${moment.year}, ${moment.toFormat('HH:mm')}.`,
    ...(policy.week === null ? [] : [`Opening hours: ${tellWeek(policy)}.`, `At the moment: ${tellNow(policy, at)}.`]),
    ...(ahead.length === 0 ? [] : [`Days ahead that are unlike others: ${ahead.join('; ')}.`]),
  ];
}

/** Whether the business is open, as a person would say it: «פתוח היום עד 18:00», «סגור, נפתח מחר ב־09:00». */
export function tellNow(policy: HoursPolicy, at: Date): string {
  const moment = inZone(policy, at);
  const { reason } = hoursOfDay(policy, moment.toFormat('yyyy-MM-dd'));
  const why =
    reason === null || (reason.kind === 'holiday' && reason.rule === 'usual') ? '' : ` (${reasonName(reason)})`;
  const until = openUntil(policy, at);
  if (until !== null) {
    if (until.diff(moment, 'hours').hours >= 24) return `פתוח עכשיו, בלי הפסקה${why}`;
    // An opening that ends in the night belongs to the day on which it began.
    const night = until.hasSame(moment, 'day') ? '' : ' בלילה';
    return `פתוח היום עד ${until.toFormat('HH:mm')}${night}${why}`;
  }
  const next = nextOpening(policy, at);
  if (next === null) return `סגור${why}`;
  const days = Math.round(next.startOf('day').diff(moment.startOf('day'), 'days').days);
  const when =
    days === 0 ? 'היום' : days === 1 ? 'מחר' : days < 7 ? `ב${dayName(next)}` : `ב${dayName(next)}, ${date(next)}`;
  return `סגור עכשיו${why}, נפתח ${when} ב־${next.toFormat('HH:mm')}`;
}

/** «ראשון–חמישי 09:00–18:00; שישי 09:00–13:00; שבת סגור». */
export function tellWeek({ week }: HoursPolicy): string {
  if (week === null) return '';
  const runs: { first: number; last: number; hours: string }[] = [];
  for (const [day, weekday] of WEEKDAYS.entries()) {
    const hours = tellRanges(week[weekday]);
    const run = runs.at(-1);
    if (run?.hours === hours) run.last = day;
    else runs.push({ first: day, last: day, hours });
  }
  return runs
    .map(({ first, last, hours }) => `${DAY_NAMES[first]}${first === last ? '' : `–${DAY_NAMES[last]}`} ${hours}`)
    .join('; ');
}

export function tellRanges(ranges: readonly TimeRange[]): string {
  if (ranges.length === 0) return 'סגור';
  return ranges.map(({ from, to }) => (from === to ? 'כל היממה' : `${from}–${to}`)).join(' ו־');
}

function tellAhead(policy: HoursPolicy, moment: DateTime): string[] {
  const told: string[] = [];
  for (let offset = 0; offset <= AHEAD_DAYS && told.length < MOST_AHEAD; offset++) {
    const day = moment.startOf('day').plus({ days: offset });
    const hours = hoursOfDay(policy, day.toFormat('yyyy-MM-dd'));
    const { reason } = hours;
    if (reason === null || (reason.kind === 'holiday' && reason.rule === 'usual')) continue;
    // Where the week was never told, a holiday's hours would be made up; what the business said of its own days is not.
    const its = policy.week === null && reason.kind === 'holiday' ? '' : `: ${tellRanges(hours.ranges)}`;
    told.push(`${reasonName(reason)}, ${dayName(day)} ${date(day)}${its}`);
  }
  return told;
}

function reasonName(reason: NonNullable<DayHours['reason']>): string {
  if (reason.kind === 'holiday') return holidayName(reason.id);
  return reason.name === '' ? 'יום מיוחד' : reason.name;
}

function dayName(day: DateTime): string {
  const name = DAY_NAMES[day.weekday % 7] ?? '';
  return name === 'שבת' ? 'שבת' : `יום ${name}`;
}

const date = (day: DateTime) => `${day.day} ב${monthName(day.month)}`;

/** A holiday ahead, for a page that asks what the business does on it. */
export interface ComingHoliday {
  readonly id: HolidayId;
  readonly name: string;
  /** Its first day, `YYYY-MM-DD`. */
  readonly date: string;
}

/** Every holiday once, the next first: a year's round from a moment. */
export function comingHolidays(timeZone: string, at: Date): readonly ComingHoliday[] {
  const today = inZone({ timeZone }, at).toFormat('yyyy-MM-dd');
  const year = Number(today.slice(0, 4));
  const found = new Map<HolidayId, string>();
  for (const [day, id] of [...holidaysOf(year), ...holidaysOf(year + 1)]) {
    if (day >= today && !found.has(id)) found.set(id, day);
  }
  return [...found].map(([id, day]) => ({ id, name: holidayName(id), date: day }));
}
