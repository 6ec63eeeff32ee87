import { nationalDigits } from './phone.ts';

/** Digits as they are said: feminine. */
const SAID = ['אפס', 'אחת', 'שתיים', 'שלוש', 'ארבע', 'חמש', 'שש', 'שבע', 'שמונה', 'תשע'] as const;

/** Up to this many digits are said in one breath: short codes, `*2040`. */
const SHORT = 5;

/**
 * A telephone number (E.164, national or a short code) digit by digit in Hebrew, in the groups in which Israelis say
 * it: 050, 123, 4567. A comma parts the groups. Signs other than digits and the leading star are left out.
 */
export function sayDigits(number: string): string {
  const digits = nationalDigits(number);
  const star = number.startsWith('*') ? ['כוכבית'] : [];
  return [...star, ...groupsOf(digits).map((group) => [...group].map((digit) => SAID[Number(digit)]).join(' '))]
    .join(', ')
    .replace('כוכבית, ', 'כוכבית ');
}

function groupsOf(digits: string): readonly string[] {
  if (digits.length <= SHORT) return digits === '' ? [] : [digits];
  const prefix = /^0[57]/u.test(digits) || !digits.startsWith('0') ? 3 : 2;
  return [digits.slice(0, prefix), digits.slice(prefix, prefix + 3), digits.slice(prefix + 3)];
}
