import { isNumberWord, numbersToDigits } from './numbers.ts';
import { underPrefixes } from './prefixes.ts';
import { words } from './tokenise.ts';

/** The months, January first; of two spellings the usual one comes first. */
const MONTHS = [
  'ינואר',
  'פברואר',
  'מרץ מרס',
  'אפריל',
  'מאי',
  'יוני',
  'יולי',
  'אוגוסט',
  'ספטמבר',
  'אוקטובר',
  'נובמבר',
  'דצמבר',
].map((names) => names.split(' '));

/** The name of a month, 1–12. */
export const monthName = (month: number): string => MONTHS[month - 1]?.[0] ?? '';

/** Every number the words say: «בעשרים וחמש» is 25. */
export function numbersIn(heard: readonly string[]): readonly number[] {
  const bare = heard.map((word) => {
    if (isNumberWord(word) || word.startsWith('ו')) return word;
    return underPrefixes(word).find(isNumberWord) ?? word;
  });
  return [...words(numbersToDigits(bare.join(' '))), ...heard]
    .map((word) => Number(word.replaceAll(',', '')))
    .filter((number) => Number.isFinite(number));
}

/** Whether the numbers and the words (under their prefixes) name this day of this month, 1–31 and 1–12. */
export function namesDay(
  heard: { readonly numbers: ReadonlySet<number>; readonly forms: ReadonlySet<string> },
  day: number,
  month: number,
): boolean {
  const names = MONTHS[month - 1] ?? [];
  return heard.numbers.has(day) && (heard.numbers.has(month) || names.some((name) => heard.forms.has(name)));
}

/** Day and month of a date as it is kept, `YYYY-MM-DD`; null where a text is none. */
export function dayOfDate(text: string): { readonly day: number; readonly month: number } | null {
  const date = /^\d{4}-(\d\d)-(\d\d)$/u.exec(text.trim());
  return date === null ? null : { day: Number(date[2]), month: Number(date[1]) };
}

/** Whether a text says this day: written («3/5»), or in numbers and words («ב־3 במאי», «בשלושה במאי»). */
export function saysDate(text: string, { day, month }: { readonly day: number; readonly month: number }): boolean {
  const heard = words(text);
  const isWritten = heard.some((word) => {
    const parts = /^(\d{1,2})[/.](\d{1,2})(?:[/.]\d{2,4})?$/u.exec(word);
    return parts !== null && Number(parts[1]) === day && Number(parts[2]) === month;
  });
  if (isWritten) return true;
  return namesDay({ numbers: new Set(numbersIn(heard)), forms: new Set(heard.flatMap(underPrefixes)) }, day, month);
}

/** Whether a text says this number, in digits or in words. */
export function saysNumber(text: string, value: number): boolean {
  return numbersIn(words(text)).includes(value);
}
