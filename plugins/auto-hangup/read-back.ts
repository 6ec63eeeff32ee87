import { mentionsNumber } from '../../hebrew/digits.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { underPrefixes } from '../../hebrew/prefixes.ts';
import { words } from '../../hebrew/tokenise.ts';

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

/** Whether an agent turn says every required detail as it was captured. A missing detail is not said. */
export function readsBack(
  text: string,
  details: Readonly<Record<string, string>>,
  required: readonly string[],
): boolean {
  return required.every((field) => says(text, field, details[field] ?? ''));
}

/** Whether an agent turn says any captured detail: a «לא» to it denies that detail. */
export function mentionsDetail(text: string, details: Readonly<Record<string, string>>): boolean {
  return Object.entries(details).some(([field, value]) => says(text, field, value));
}

/** Names and places word by word, a telephone by its digits however dictated, free text by half of its words. */
function says(text: string, field: string, value: string): boolean {
  if (value.trim() === '') return false;
  switch (field) {
    case 'phone':
      return mentionsNumber(text, value);
    case 'email':
      return saysEmail(text, value);
    case 'name':
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
