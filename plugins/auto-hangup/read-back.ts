import { dayOfDate, saysDate, saysNumber } from '../../hebrew/dates.ts';
import { mentionsNumber } from '../../hebrew/digits.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { underPrefixes } from '../../hebrew/prefixes.ts';
import { words } from '../../hebrew/tokenise.ts';
import type { ValueKind } from './custom-fields.ts';

/** Share of the words of a free text that a read-back must repeat: the agent puts a topic in its own words. */
const SHARE = 0.5;

/** Words without content of their own, not counted in a free text. */
const EMPTY_WORDS = new Set(
  'של את על עם או גם כי אני הוא היא הם זה זו זאת יש אין לא כן כל רוצה צריך צריכה מבקש מבקשת מעוניין מעוניינת לגבי בנושא עבור לקבל'.split(
    ' ',
  ),
);

/** Endings of number, gender and construct state. */
const ENDING = /(?:ים|ות|ה|ת)$/u;
const SHORTEST_STEM = 3;

/** What the details of a business's own are, by key. */
export type OwnKinds = Readonly<Record<string, ValueKind>>;

/** Whether an agent turn says every required detail as it was captured. A missing detail is not said. */
export function readsBack(
  text: string,
  details: Readonly<Record<string, string>>,
  required: readonly string[],
  kinds: OwnKinds = {},
): boolean {
  return required.every((field) => says(text, kinds[field] ?? field, details[field] ?? ''));
}

/** Whether an agent turn says any captured detail: a «לא» to it denies that detail. */
export function mentionsDetail(text: string, details: Readonly<Record<string, string>>, kinds: OwnKinds = {}): boolean {
  return Object.entries(details).some(([field, value]) => says(text, kinds[field] ?? field, value));
}

/**
 * Names, places and choices word by word, numbers and days however they are said, free text by half of its words.
 * `what`: a kind, or the key of a fixed detail.
 */
function says(text: string, what: string, value: string): boolean {
  if (value.trim() === '') return false;
  switch (what) {
    case 'phone':
      return mentionsNumber(text, value);
    case 'email':
      return saysEmail(text, value);
    case 'number':
      return saysNumber(text, Number(value));
    case 'date': {
      const day = dayOfDate(value);
      return day === null ? overlap(text, value) >= SHARE : saysDate(text, day);
    }
    case 'name':
    case 'choice':
    case 'city': {
      const said = new Set(words(text).flatMap(underPrefixes));
      const wanted = words(value);
      return wanted.length > 0 && wanted.every((word) => said.has(word));
    }
    default:
      return overlap(text, value) >= SHARE;
  }
}

/** The address as it is written, or spoken: «דני שטרודל ג'ימייל נקודה קום» cannot be matched letter by letter. */
function saysEmail(text: string, value: string): boolean {
  if (normalise(text).includes(normalise(value))) return true;
  const said = new Set(words(text));
  return (said.has('שטרודל') || said.has('כרוכית')) && said.has('נקודה');
}

/** Share of the value's words, 0–1, that the text says in some form. */
function overlap(text: string, value: string): number {
  const all = words(value);
  const telling = all.filter((word) => !EMPTY_WORDS.has(word));
  const wanted = telling.length > 0 ? telling : all;
  if (wanted.length === 0) return 0;
  const said = new Set(words(text).flatMap(forms));
  return wanted.filter((word) => forms(word).some((form) => said.has(form))).length / wanted.length;
}

function forms(word: string): readonly string[] {
  return underPrefixes(word).flatMap((form) => {
    const stem = form.replace(ENDING, '');
    return stem.length >= SHORTEST_STEM ? [form, stem] : [form];
  });
}
