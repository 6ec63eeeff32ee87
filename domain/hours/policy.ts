import { z } from 'zod';
import { DAY_RULES, type DayRule, HOLIDAY_IDS, type HolidayId, usualRule } from './holidays.ts';

/** The week as it begins in Israel; the place in the list is the weekday's number from 0. */
export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Hours of one opening, `HH:MM`. One that ends no later than it begins ends on the next day. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
}

export type WeekHours = Readonly<Record<Weekday, readonly TimeRange[]>>;

/** Days that are unlike others: a holiday of the staff's, a fair. Without hours the business is closed. */
export interface SpecialDays {
  /** Both days included, `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
  readonly name: string;
  readonly hours: readonly TimeRange[];
}

/** When a business is open, by its own clock. */
export interface HoursPolicy {
  /** IANA name. */
  readonly timeZone: string;
  /** Null: the business has not said. */
  readonly week: WeekHours | null;
  readonly shortDay: TimeRange;
  /** Only what differs from the calendar's own rules. */
  readonly holidays: Readonly<Partial<Record<HolidayId, DayRule>>>;
  readonly special: readonly SpecialDays[];
}

/** Openings of one day: more are a mistake. */
export const MOST_RANGES = 4;
/** Special days that are kept. */
export const MOST_SPECIAL = 60;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const time = z.string('יש להזין שעה').regex(TIME, 'השעה צריכה להיות בתבנית 09:30');
const timeRange = z.strictObject({ from: time, to: time });

/** The openings of a day in their order; none reaches into the next. */
const dayRanges = z
  .array(timeRange)
  .max(MOST_RANGES, `לכל היותר ${MOST_RANGES} טווחים ביום`)
  .transform((ranges) => ranges.toSorted((a, b) => a.from.localeCompare(b.from)))
  .refine(
    (ranges) =>
      ranges.every(
        ({ from, to }, index) => index === ranges.length - 1 || (to > from && to <= startOf(ranges, index + 1)),
      ),
    'יש טווחי שעות חופפים באותו יום',
  );

function startOf(ranges: readonly TimeRange[], index: number): string {
  return ranges[index]?.from ?? '';
}

const date = z
  .string('יש להזין תאריך')
  .regex(/^20\d\d-\d\d-\d\d$/, 'יש להזין תאריך מלא')
  .refine(
    (value) => !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value),
    'התאריך אינו קיים',
  );

/** A week without a single hour says nothing: it counts as not told. */
export const weekSchema = z
  .strictObject({
    sunday: dayRanges.default([]),
    monday: dayRanges.default([]),
    tuesday: dayRanges.default([]),
    wednesday: dayRanges.default([]),
    thursday: dayRanges.default([]),
    friday: dayRanges.default([]),
    saturday: dayRanges.default([]),
  })
  .transform((week) => (WEEKDAYS.every((day) => week[day].length === 0) ? null : week))
  .nullable()
  .default(null);

export const shortDaySchema = timeRange
  .refine(({ from, to }) => to > from, 'שעת הסיום צריכה להיות אחרי שעת ההתחלה')
  .default({ from: '08:00', to: '13:00' });

export const holidaysSchema = z
  .partialRecord(z.enum(HOLIDAY_IDS, 'החג אינו מוכר'), z.enum(DAY_RULES, 'יש לבחור סגור, שעות מקוצרות או כרגיל'))
  // What is said anyway is not kept: one wish, one way to write it.
  .transform(
    (rules) =>
      Object.fromEntries(
        Object.entries(rules).filter(([id, rule]) => rule !== usualRule(id as HolidayId)),
      ) as typeof rules,
  )
  .default({});

export const specialSchema = z
  .array(
    z
      .strictObject({
        from: date,
        until: date,
        name: z.string().trim().max(60, 'לכל היותר 60 תווים').default(''),
        hours: z.array(timeRange).max(1, 'טווח שעות אחד ליום מיוחד').default([]),
      })
      .refine(({ from, until }) => until >= from, 'היום האחרון צריך להיות אחרי הראשון'),
  )
  .max(MOST_SPECIAL, `לכל היותר ${MOST_SPECIAL} ימים מיוחדים`)
  .transform((days) => days.toSorted((a, b) => a.from.localeCompare(b.from)))
  .default([]);

/** The names under which the settings of a business keep its hours. */
export const HOURS_KEYS = {
  week: 'opening_hours',
  shortDay: 'short_day_hours',
  holidays: 'holiday_hours',
  special: 'special_days',
} as const;

/** The policy in a business's settings; what cannot be read counts as not told. */
export function hoursPolicy(timeZone: string, settings: Readonly<Record<string, unknown>>): HoursPolicy {
  return {
    timeZone,
    week: weekSchema.catch(null).parse(settings[HOURS_KEYS.week]),
    shortDay: shortDaySchema.catch({ from: '08:00', to: '13:00' }).parse(settings[HOURS_KEYS.shortDay]),
    holidays: holidaysSchema.catch({}).parse(settings[HOURS_KEYS.holidays]),
    special: specialSchema.catch([]).parse(settings[HOURS_KEYS.special]),
  };
}
