import Holidays from 'date-holidays-parser';
import { DateTime } from 'luxon';

/** What a holiday does to its day. `short`: the usual hours, as far as they lie within the short day's. */
export const DAY_RULES = ['closed', 'short', 'usual'] as const;
export type DayRule = (typeof DAY_RULES)[number];

/** A day of the Israeli calendar on which a business may keep other hours. */
interface Holiday {
  readonly name: string;
  /** What such a day does where the business has not chosen. */
  readonly rule: DayRule;
  /** When it is, in the grammar of `date-holidays-parser`: a Hebrew date, for how many days, and how the law moves it. */
  readonly when: string;
}

/** In the order of the Hebrew year. Days on which nearly every business works as usual can be made special days. */
const HOLIDAYS = {
  rosh_hashana_eve: { name: 'ערב ראש השנה', rule: 'short', when: '29 Elul' },
  rosh_hashana: { name: 'ראש השנה', rule: 'closed', when: '1 Tishrei P2D' },
  yom_kippur_eve: { name: 'ערב יום כיפור', rule: 'short', when: '9 Tishrei' },
  yom_kippur: { name: 'יום כיפור', rule: 'closed', when: '10 Tishrei' },
  sukkot_eve: { name: 'ערב סוכות', rule: 'short', when: '14 Tishrei' },
  sukkot: { name: 'סוכות', rule: 'closed', when: '15 Tishrei' },
  sukkot_days: { name: 'חול המועד סוכות', rule: 'usual', when: '16 Tishrei P5D' },
  simchat_torah_eve: { name: 'ערב שמחת תורה', rule: 'short', when: '21 Tishrei' },
  simchat_torah: { name: 'שמחת תורה', rule: 'closed', when: '22 Tishrei' },
  chanukah: { name: 'חנוכה', rule: 'usual', when: '25 Kislev P8D' },
  purim: { name: 'פורים', rule: 'usual', when: '14 AdarII' },
  shushan_purim: { name: 'שושן פורים', rule: 'usual', when: '15 AdarII' },
  pesach_eve: { name: 'ערב פסח', rule: 'short', when: '14 Nisan' },
  pesach: { name: 'פסח', rule: 'closed', when: '15 Nisan' },
  pesach_days: { name: 'חול המועד פסח', rule: 'usual', when: '16 Nisan P4D' },
  pesach_seventh_eve: { name: 'ערב שביעי של פסח', rule: 'short', when: '20 Nisan' },
  pesach_seventh: { name: 'שביעי של פסח', rule: 'closed', when: '21 Nisan' },
  holocaust_day: {
    name: 'יום השואה',
    rule: 'usual',
    when: '27 Nisan if Friday then previous Thursday if Sunday then next Monday',
  },
  memorial_day: {
    name: 'יום הזיכרון',
    rule: 'short',
    when: '4 Iyyar if Thursday,Friday then previous Wednesday if Sunday then next Monday',
  },
  independence_day: {
    name: 'יום העצמאות',
    rule: 'closed',
    when: '5 Iyyar if Friday,Saturday then previous Thursday if Monday then next Tuesday',
  },
  shavuot_eve: { name: 'ערב שבועות', rule: 'short', when: '5 Sivan' },
  shavuot: { name: 'שבועות', rule: 'closed', when: '6 Sivan' },
  tisha_bav_eve: { name: 'ערב תשעה באב', rule: 'usual', when: '8 Av if Friday then next Saturday' },
  tisha_bav: { name: 'תשעה באב', rule: 'usual', when: '9 Av if Saturday then next Sunday' },
} as const satisfies Record<string, Holiday>;

export type HolidayId = keyof typeof HOLIDAYS;
export const HOLIDAY_IDS = Object.keys(HOLIDAYS) as [HolidayId, ...HolidayId[]];

export const holidayName = (id: HolidayId): string => HOLIDAYS[id].name;
export const usualRule = (id: HolidayId): DayRule => HOLIDAYS[id].rule;

const calendar = new Holidays(
  {
    holidays: {
      IL: {
        zones: ['Asia/Jerusalem'],
        days: Object.fromEntries(Object.entries(HOLIDAYS).map(([id, { when }]) => [when, { name: { en: id } }])),
      },
    },
  },
  'IL',
);

const DAY_MS = 86_400_000;

const years = new Map<number, ReadonlyMap<string, HolidayId>>();
/** Years kept: the calendar of one takes about 10 ms to make, and every call asks for the running one. */
const MOST_YEARS = 8;

/** The holidays of a civil year, date (`YYYY-MM-DD`) → holiday, in the order of the days. As they are kept in Israel. */
export function holidaysOf(year: number): ReadonlyMap<string, HolidayId> {
  const known = years.get(year);
  if (known !== undefined) return known;
  // Chanukah may begin in the year before.
  const days = [year - 1, year]
    .flatMap((begins) => calendar.getHolidays(begins))
    .flatMap(({ name, date, start, end }) => daysOf(date, start, end).map((day) => [day, name as HolidayId] as const))
    .filter(([day]) => day.startsWith(`${year}-`))
    .sort(([one], [other]) => one.localeCompare(other));
  const found = new Map(days);
  if (years.size >= MOST_YEARS) years.clear();
  years.set(year, found);
  return found;
}

/** The holiday on a date (`YYYY-MM-DD`), or null. */
export function holidayOn(date: string): HolidayId | null {
  return holidaysOf(Number(date.slice(0, 4))).get(date) ?? null;
}

/**
 * The civil days of a holiday, its eve not among them. `date` begins with its first; `start` and `end` are the evenings
 * it lies between, a whole number of days apart but for an hour where the clock is changed in the middle.
 */
function daysOf(date: string, start: Date, end: Date): string[] {
  const first = DateTime.fromISO(date.slice(0, 10), { zone: 'utc' });
  const length = Math.round((end.getTime() - start.getTime()) / DAY_MS);
  return Array.from({ length }, (_, day) => first.plus({ days: day }).toISODate() ?? '');
}
