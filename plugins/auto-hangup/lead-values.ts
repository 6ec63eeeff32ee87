import { dictatedDigits, isIsraeliPhone, nationalDigits } from '../../hebrew/digits.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { words } from '../../hebrew/tokenise.ts';
import type { LeadField } from './settings.ts';

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
 * addresses are none. A dictated or formatted Israeli number comes out as its digits.
 */
export function leadValue(field: LeadField, raw: string | null | undefined): string | null {
  const value = (raw ?? '').normalize('NFC').trim().slice(0, LONGEST_VALUE);
  const heard = words(value);
  if (heard.length === 0 || PLACEHOLDERS.has(heard.join(' ')) || TEMPLATE.test(value)) return null;
  if (field === 'phone') return phoneValue(value);
  if (field === 'email') return EMAIL.test(normalise(value)) ? normalise(value) : null;
  return value;
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
