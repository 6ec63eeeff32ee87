import { dictatedDigits, isIsraeliPhone, nationalDigits } from '../../hebrew/digits.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { numbersToDigits } from '../../hebrew/numbers.ts';
import { words } from '../../hebrew/tokenise.ts';
import type { ValueKind } from './custom-fields.ts';

/** Characters of a value that are kept. */
const LONGEST_VALUE = 500;

/** What a model writes when it has no value. */
const PLACEHOLDERS = new Set(
  [
    'unknown, not provided, not given, not specified, not available, unspecified, undefined, null, none, nil, n a, na, tbd, pending, missing, empty, anonymous, caller, customer, client, user, name, phone, topic, email',
    'לא ידוע, לא ידועה, לא נמסר, לא נמסרה, לא צוין, לא צוינה, לא סופק, לא זמין, לא רלוונטי, אין, חסר, חסוי, אנונימי, לקוח, לקוחה, מתקשר, מתקשרת, שם, שם מלא, טלפון, נושא, ללא, ריק, לא אמר, לא אמרה',
  ].flatMap((line) => line.split(', ')),
);

/** «[name]», «<phone>», «{{topic}}». */
const TEMPLATE = /^[[<{(].*[\]>})]$/u;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;
const FOREIGN_PHONE = /^\+[1-9]\d{7,14}$/u;

/**
 * A value worth keeping, trimmed, or null: empty strings, placeholders, incomplete telephone numbers and e-mail
 * addresses, what is no number, no day of any year or none of the options are none. A dictated or formatted Israeli
 * number comes out as its digits, a date with its year as `YYYY-MM-DD`, a choice as the option is spelt.
 */
export function leadValue(
  { kind, options = [] }: { readonly kind: ValueKind; readonly options?: readonly string[] },
  raw: string | null | undefined,
): string | null {
  const value = (raw ?? '').normalize('NFC').trim().slice(0, LONGEST_VALUE);
  const heard = words(value);
  if (heard.length === 0 || PLACEHOLDERS.has(heard.join(' ')) || TEMPLATE.test(value)) return null;
  switch (kind) {
    case 'phone':
      return phoneValue(value);
    case 'email':
      return EMAIL.test(normalise(value)) ? normalise(value) : null;
    case 'number':
      return numberValue(value);
    case 'date':
      return dateValue(value);
    case 'choice':
      return choiceValue(value, options);
    case 'text':
      return value;
  }
}

const NUMBER = /-?\d+(?:\.\d+)?/gu;

/** The one number of a text, in digits: «2,000,000 ₪» and «שני מיליון» are 2000000. Null where there is none, or two. */
function numberValue(value: string): string | null {
  const [number, ...others] = numbersToDigits(value.replaceAll(/(?<=\d),(?=\d{3})/gu, '')).match(NUMBER) ?? [];
  return number === undefined || others.length > 0 ? null : number;
}

const ISO_DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/u;
const WRITTEN_DATE = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/u;

/** A day with its year as `YYYY-MM-DD`; what was said in words («ביום ראשון הקרוב») as it is; null where no year has such a day. */
function dateValue(value: string): string | null {
  const iso = ISO_DATE.exec(value);
  const written = WRITTEN_DATE.exec(value);
  if (iso === null && written === null) return value;
  const [year, month, day] = (iso === null ? [written?.[3], written?.[2], written?.[1]] : iso.slice(1)).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  // Of a year before 100 JavaScript makes one of the last century.
  const isDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDay ? date.toISOString().slice(0, 10) : null;
}

/** The option that is meant: spelt alike, or the only one whose words are all said. */
function choiceValue(value: string, options: readonly string[]): string | null {
  const same = options.find((option) => normalise(option) === normalise(value));
  if (same !== undefined) return same;
  const said = new Set(words(value));
  const [named, ...others] = options.filter((option) => words(option).every((word) => said.has(word)));
  return named === undefined || others.length > 0 ? null : named;
}

/** A complete telephone number: Israeli in national digits, foreign as `+` and digits; else null. */
export function phoneValue(value: string): string | null {
  const written = /\d/u.test(value) && !/\p{L}/u.test(value);
  const dictated = written ? value : dictatedDigits(value);
  const national = nationalDigits(dictated);
  if (national.endsWith('0000000')) return null;
  if (isIsraeliPhone(national)) return national;
  const international = dictated.replace(/[^+0-9]/gu, '');
  return FOREIGN_PHONE.test(international) && !international.startsWith('+972') ? international : null;
}
