/** Dates and lengths of time as an Israeli reader expects them. */

const LOCALE = 'he-IL';

type Style = Pick<Intl.DateTimeFormatOptions, 'dateStyle' | 'timeStyle'>;

/** Made once for each style and zone: making one takes longer than rendering a row of a table. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function inStyle(style: Style, timeZone: string): Intl.DateTimeFormat {
  const key = `${timeZone} ${style.dateStyle ?? ''} ${style.timeStyle ?? ''}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(LOCALE, { ...style, timeZone });
    formatters.set(key, formatter);
  }
  return formatter;
}

/** «21 בנובמבר 2026, 14:05» in the business's time zone. */
export function formatMoment(at: Date, timeZone: string): string {
  return inStyle({ dateStyle: 'long', timeStyle: 'short' }, timeZone).format(at);
}

/**
 * «היום, 14:05», «אתמול, 9:30», «21.11, 14:05», of another year «21.11.2025, 14:05»: short enough for a table. Days are
 * those of the time zone.
 */
export function formatShortMoment(at: Date, timeZone: string, now: Date = new Date()): string {
  const day = (date: Date) => inStyle({ dateStyle: 'short' }, timeZone).format(date);
  const time = inStyle({ timeStyle: 'short' }, timeZone).format(at);
  const yesterday = new Date(now.getTime() - 24 * 3600 * 1000);
  const [its, today] = [day(at), day(now)];
  const year = /\.\d{4}$/;
  const inThisYear = year.exec(its)?.[0] === year.exec(today)?.[0];
  const date = inThisYear ? its.replace(year, '') : its;
  const name = its === today ? 'היום' : its === day(yesterday) ? 'אתמול' : date;
  return `${name}, ${time}`;
}

/** «14:05:33». */
export function formatClock(at: Date, timeZone: string): string {
  return inStyle({ timeStyle: 'medium' }, timeZone).format(at);
}

/** Milliseconds as «3:07», hours as «1:02:09». */
export function formatLength(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Milliseconds in words: «3 דקות ו־7 שניות». */
export function spellLength(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const [minutes, seconds] = [Math.floor(total / 60), total % 60];
  const inMinutes = minutes === 1 ? 'דקה' : minutes === 2 ? 'שתי דקות' : `${minutes} דקות`;
  const inSeconds = seconds === 1 ? 'שנייה' : seconds === 2 ? 'שתי שניות' : `${seconds} שניות`;
  if (minutes === 0) return inSeconds;
  if (seconds === 0) return inMinutes;
  return /^\d/.test(inSeconds) ? `${inMinutes} ו־${inSeconds}` : `${inMinutes} ו${inSeconds}`;
}

const ONE_DIGIT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** Milliseconds as «840 מ״ש» or «1.2 שנ׳». */
export function formatDelay(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} מ״ש`;
  return `${ONE_DIGIT.format(ms / 1000)} שנ׳`;
}

/** Millionths of a US dollar as «$0.05», below a cent as «$0.0042». */
export function formatCost(microUsd: number): string {
  const dollars = microUsd / 1_000_000;
  return `$${dollars.toFixed(dollars > 0 && dollars < 0.01 ? 4 : 2)}`;
}

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `2027-03-01` as «1 במרץ 2027»; anything else, such as a day in words, as it is. */
export function formatDay(day: string): string {
  return ISO_DAY.test(day) && !Number.isNaN(Date.parse(day))
    ? inStyle({ dateStyle: 'long' }, 'UTC').format(new Date(day))
    : day;
}

const GROUPED = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 10 });

/** `1650000` as «1,650,000»; what would not read the same again (a leading zero, more digits than count) as it is. */
export function formatNumber(digits: string): string {
  return String(Number(digits)) === digits ? GROUPED.format(Number(digits)) : digits;
}

/** An Israeli number in the national form with dashes; anything else (star codes, `anonymous`) as it is. */
export function formatPhone(number: string): string {
  const national = /^(?:\+972|0)(\d{8,9})$/.exec(number.replaceAll('-', ''))?.[1];
  if (national === undefined) return number;
  const digits = `0${national}`;
  const area = digits.length === 10 ? 3 : 2;
  return `${digits.slice(0, area)}-${digits.slice(area, area + 3)}-${digits.slice(area + 3)}`;
}
