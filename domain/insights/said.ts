import { namesDay, numbersIn } from '../../hebrew/dates.ts';
import { dictatedPhone, mentionsNumber, nationalDigits } from '../../hebrew/digits.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { numbersToDigits } from '../../hebrew/numbers.ts';
import { underPrefixes } from '../../hebrew/prefixes.ts';
import { words } from '../../hebrew/tokenise.ts';

/** Whether a text says a value: what an analysis gives is held against what was heard, in its spelling and its numbers. */

/** Whether the text says this telephone number, written or dictated, and no longer one. */
export function saysPhone(text: string, phone: string): boolean {
  if (nationalDigits(phone).length < 4) return false;
  if (mentionsNumber(text, phone)) return true;
  const dictated = dictatedPhone(text);
  return dictated !== null && nationalDigits(dictated) === nationalDigits(phone);
}

/** Signs and parts of an e-mail address as they are said. */
const SPELT: readonly (readonly [RegExp, string])[] = [
  [/(?:שטרודל|שטרודול|כרוכית|(?<![a-z])at(?![a-z]))/gu, '@'],
  [/(?:נקודה|דוט|(?<![a-z])dot(?![a-z]))/gu, '.'],
  [/(?:קו תחתון|אנדרסקור)/gu, '_'],
  [/(?:מקף|מינוס)/gu, '-'],
  [/(?:ג'?ימייל)/gu, 'gmail'],
  [/(?:הוטמייל)/gu, 'hotmail'],
  [/(?:אאוטלוק)/gu, 'outlook'],
  [/(?:יאהו)/gu, 'yahoo'],
  [/(?:וואלה)/gu, 'walla'],
  [/איי ?אל/gu, 'il'],
  [/(?<!\p{L})קום(?!\p{L})/gu, 'com'],
  [/(?<!\p{L})קו(?!\p{L})/gu, 'co'],
];

/** Whether the text gives this e-mail address, written or spelt out; letters said in Hebrew prove no Latin ones. */
export function saysEmail(text: string, email: string): boolean {
  const target = normalise(email);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(target)) return false;
  const spelt = SPELT.reduce((heard, [sign, written]) => heard.replace(sign, written), normalise(text));
  const at = spelt.replaceAll(/\s+/gu, '').indexOf(target);
  if (at < 0) return false;
  const before = spelt.replaceAll(/\s+/gu, '').charAt(at - 1);
  // «anna@…» is not said by «joanna@…».
  return !/[a-z0-9]/u.test(before) || new RegExp(`\\s${escape(target.charAt(0))}`, 'u').test(spelt);
}

const escape = (character: string) => character.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');

/**
 * Whether the text says every word and every number of the value. Prefix letters may differ («במוצאי שבת», «מוצאי
 * שבת»); a number may be written or said, an hour and a date as well. `loosely`: a word may be of another form of the
 * same root («קביעת תור», «לקבוע תור»).
 */
export function saysText(text: string, value: string, options: { readonly loosely?: boolean } = {}): boolean {
  const parts = partsOf(value);
  const heard = heardIn(text);
  return parts.length > 0 && parts.every((part) => saysPart(heard, part, options.loosely ?? false));
}

/** 0–1: how many of the value's words the text says. */
export function shareSaid(text: string, value: string): number {
  const heard = heardIn(text);
  const parts = partsOf(value).filter((part) => part.length > 2 || /\d/u.test(part));
  return parts.length === 0 ? 0 : parts.filter((part) => saysPart(heard, part, true)).length / parts.length;
}

interface Heard {
  readonly forms: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  readonly numbers: ReadonlySet<number>;
  readonly written: ReadonlySet<string>;
}

function partsOf(value: string): readonly string[] {
  // The ב of «ב-11» stands apart from its number.
  return words(numbersToDigits(value)).filter((part) => !/^[ובלהמשכ]$/u.test(part));
}

function heardIn(text: string): Heard {
  const heard = words(text);
  const forms = new Set(heard.flatMap(underPrefixes));
  return {
    forms,
    roots: new Set([...forms].map(rootOf)),
    numbers: new Set(numbersIn(heard)),
    written: new Set(heard.filter((word) => /^\d/u.test(word))),
  };
}

function saysPart(heard: Heard, part: string, loosely: boolean): boolean {
  if (/^\d/u.test(part)) return saysNumber(heard, part);
  if (underPrefixes(part).some((form) => heard.forms.has(form))) return true;
  return loosely && underPrefixes(part).some((form) => form.length > 2 && heard.roots.has(rootOf(form)));
}

function saysNumber(heard: Heard, part: string): boolean {
  if (heard.written.has(part)) return true;
  const clock = /^(\d{1,2}):(\d\d)$/u.exec(part);
  if (clock !== null) return saysClock(heard, Number(clock[1]), Number(clock[2]));
  const date = /^(\d{1,2})[/.](\d{1,2})(?:[/.]\d{2,4})?$/u.exec(part);
  if (date !== null && namesDay(heard, Number(date[1]), Number(date[2]))) return true;
  return heard.numbers.has(Number(part.replaceAll(',', '')));
}

/** «שמונה וחצי» is 8:30 and 20:30, «רבע לתשע» 8:45. */
function saysClock({ numbers, forms }: Heard, hour: number, minute: number): boolean {
  const hours = [hour, (hour + 12) % 24, hour % 12 || 12];
  const after = hours.map((one) => (one % 12) + 1);
  if (minute === 45 && forms.has('רבע') && after.some((one) => numbers.has(one))) return true;
  return hours.some((one) => {
    if (minute === 0) return numbers.has(one);
    return numbers.has(one + minute / 60) || (numbers.has(one) && numbers.has(minute));
  });
}

/** The consonants of a word without its vowel letters and endings: «קביעת», «לקבוע» and «קבעתי» share theirs. */
function rootOf(word: string): string {
  const bare = word.replace(/(?<=.{3})(?:ים|ות|תי|נו|ת|ה|י)$/u, '').replaceAll(/(?<=.)[ויא]/gu, '');
  return bare.length >= 2 ? bare.replace(/ם$/u, 'מ').replace(/ן$/u, 'נ') : word;
}
