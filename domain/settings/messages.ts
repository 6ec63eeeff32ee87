import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const HEBREW_LETTER = /[\u05d0-\u05ea]/;

/** What is wrong with a value, in Hebrew, for the person who typed it. A schema's own Hebrew message wins. */
export function hebrewMessage(issue: Issue): string {
  if (HEBREW_LETTER.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return expectedMessage(issue.expected);
    case 'too_small':
      return tooSmallMessage(issue.origin, Number(issue.minimum));
    case 'too_big':
      return tooBigMessage(issue.origin, Number(issue.maximum));
    case 'invalid_format':
      return issue.format === 'url' ? 'יש להזין כתובת מלאה שמתחילה ב־https://' : 'התבנית אינה תקינה';
    case 'invalid_value':
      return 'יש לבחור אחד מהערכים שברשימה';
    case 'invalid_union':
      return unionMessage(issue.errors);
    case 'not_multiple_of':
      return 'יש להזין מספר שלם';
    default:
      return 'הערך אינו תקין';
  }
}

/** Of the alternatives of a union the one whose schema has something to say in Hebrew, else the last. */
function unionMessage(branches: readonly (readonly Issue[])[]): string {
  const messages = branches.flatMap((issues) => issues.slice(0, 1));
  const worded = messages.find((issue) => HEBREW_LETTER.test(issue.message)) ?? messages.at(-1);
  return worded === undefined ? 'הערך אינו תקין' : hebrewMessage(worded);
}

function expectedMessage(expected: string): string {
  switch (expected) {
    case 'string':
      return 'יש להזין טקסט';
    case 'boolean':
      return 'יש לבחור כן או לא';
    case 'int':
      return 'יש להזין מספר שלם';
    case 'number':
      return 'יש להזין מספר';
    case 'array':
      return 'יש לשלוח רשימה';
    default:
      return 'הערך אינו תקין';
  }
}

function tooSmallMessage(origin: string, minimum: number): string {
  if (origin === 'string') return minimum <= 1 ? 'שדה חובה' : `לפחות ${minimum} תווים`;
  if (origin === 'array') return minimum <= 1 ? 'יש לבחור לפחות פריט אחד' : `יש לבחור לפחות ${minimum} פריטים`;
  return `הערך הקטן ביותר הוא ${minimum}`;
}

function tooBigMessage(origin: string, maximum: number): string {
  if (origin === 'string') return `לכל היותר ${maximum} תווים`;
  if (origin === 'array') return `לכל היותר ${maximum} פריטים`;
  return `הערך הגדול ביותר הוא ${maximum}`;
}
