import { flags, HebrewCalendar, type Event } from '@hebcal/core';

/** What a holiday does to its day. `short`: the usual hours, as far as they lie within the short day's. */
export const DAY_RULES = ['closed', 'short', 'usual'] as const;
export type DayRule = (typeof DAY_RULES)[number];

/** A day of the Israeli calendar on which a business may keep other hours. */
interface Holiday {
  readonly name: string;
  /** What such a day does where the business has not chosen. */
  readonly rule: DayRule;
}

/** In the order of the Hebrew year. Days on which nearly every business works as usual can be made special days. */
const HOLIDAYS = {
  rosh_hashana_eve: { name: 'ערב ראש השנה', rule: 'short' },
  rosh_hashana: { name: 'ראש השנה', rule: 'closed' },
  yom_kippur_eve: { name: 'ערב יום כיפור', rule: 'short' },
  yom_kippur: { name: 'יום כיפור', rule: 'closed' },
  sukkot_eve: { name: 'ערב סוכות', rule: 'short' },
  sukkot: { name: 'סוכות', rule: 'closed' },
  sukkot_days: { name: 'חול המועד סוכות', rule: 'usual' },
  simchat_torah_eve: { name: 'ערב שמחת תורה', rule: 'short' },
  simchat_torah: { name: 'שמחת תורה', rule: 'closed' },
  chanukah: { name: 'חנוכה', rule: 'usual' },
  purim: { name: 'פורים', rule: 'usual' },
  shushan_purim: { name: 'שושן פורים', rule: 'usual' },
  pesach_eve: { name: 'ערב פסח', rule: 'short' },
  pesach: { name: 'פסח', rule: 'closed' },
  pesach_days: { name: 'חול המועד פסח', rule: 'usual' },
  pesach_seventh_eve: { name: 'ערב שביעי של פסח', rule: 'short' },
  pesach_seventh: { name: 'שביעי של פסח', rule: 'closed' },
  holocaust_day: { name: 'יום השואה', rule: 'usual' },
  memorial_day: { name: 'יום הזיכרון', rule: 'short' },
  independence_day: { name: 'יום העצמאות', rule: 'closed' },
  shavuot_eve: { name: 'ערב שבועות', rule: 'short' },
  shavuot: { name: 'שבועות', rule: 'closed' },
  tisha_bav_eve: { name: 'ערב תשעה באב', rule: 'usual' },
  tisha_bav: { name: 'תשעה באב', rule: 'usual' },
} as const satisfies Record<string, Holiday>;

export type HolidayId = keyof typeof HOLIDAYS;
export const HOLIDAY_IDS = Object.keys(HOLIDAYS) as [HolidayId, ...HolidayId[]];

export const holidayName = (id: HolidayId): string => HOLIDAYS[id].name;
export const usualRule = (id: HolidayId): DayRule => HOLIDAYS[id].rule;

/** What the calendar calls a day → which holiday it is. Memorial and Independence Day carry no flag but "modern". */
const BY_NAME: Readonly<Record<string, HolidayId>> = {
  'Erev Rosh Hashana': 'rosh_hashana_eve',
  'Rosh Hashana II': 'rosh_hashana',
  'Erev Yom Kippur': 'yom_kippur_eve',
  'Yom Kippur': 'yom_kippur',
  'Erev Sukkot': 'sukkot_eve',
  'Sukkot I': 'sukkot',
  'Sukkot VII (Hoshana Raba)': 'simchat_torah_eve',
  'Shmini Atzeret': 'simchat_torah',
  Purim: 'purim',
  'Shushan Purim': 'shushan_purim',
  'Erev Pesach': 'pesach_eve',
  'Pesach I': 'pesach',
  "Pesach VI (CH''M)": 'pesach_seventh_eve',
  'Pesach VII': 'pesach_seventh',
  'Yom HaShoah': 'holocaust_day',
  'Yom HaZikaron': 'memorial_day',
  "Yom HaAtzma'ut": 'independence_day',
  'Erev Shavuot': 'shavuot_eve',
  Shavuot: 'shavuot',
  "Erev Tish'a B'Av": 'tisha_bav_eve',
  "Tish'a B'Av": 'tisha_bav',
};

function holidayOf(event: Event): HolidayId | null {
  const name = event.getDesc();
  const known = BY_NAME[name.replace(/ \(observed\)$/, '')];
  if (known !== undefined) return known;
  if (/^Rosh Hashana \d+$/.test(name)) return 'rosh_hashana';
  // The eve's candle is lit before the first day.
  if (/^Chanukah: ([2-8] Candles|8th Day)/.test(name)) return 'chanukah';
  if ((event.getFlags() & flags.CHOL_HAMOED) === 0) return null;
  return name.startsWith('Pesach') ? 'pesach_days' : 'sukkot_days';
}

const years = new Map<number, ReadonlyMap<string, HolidayId>>();
/** Years kept: the calendar of one takes about 10 ms to make, and every call asks for the running one. */
const MOST_YEARS = 8;

/** The holidays of a civil year, date (`YYYY-MM-DD`) → holiday, in the order of the days. As they are kept in Israel. */
export function holidaysOf(year: number): ReadonlyMap<string, HolidayId> {
  const known = years.get(year);
  if (known !== undefined) return known;
  const days = new Map<string, HolidayId>();
  for (const event of HebrewCalendar.calendar({ year, isHebrewYear: false, il: true, noRoshChodesh: true })) {
    const id = holidayOf(event);
    if (id !== null) days.set(isoDate(event.getDate().greg()), id);
  }
  if (years.size >= MOST_YEARS) years.clear();
  years.set(year, days);
  return days;
}

/** The holiday on a date (`YYYY-MM-DD`), or null. */
export function holidayOn(date: string): HolidayId | null {
  return holidaysOf(Number(date.slice(0, 4))).get(date) ?? null;
}

/** The calendar's dates are midnights of this machine's own zone. */
function isoDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
