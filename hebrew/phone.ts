/** Areas 02, 03, 04, 08, 09; mobiles 05x; 07x numbers; 1-700 and 1-800 services. */
const ISRAELI = /^(?:0[23489]\d{7}|0(?:5\d|7[2-9])\d{7}|1[5-9]\d{8})$/u;
const FOREIGN = /^\+[1-9]\d{7,14}$/u;

/** Whether digits, in national form, are a complete Israeli telephone number. */
export function isIsraeliPhone(digits: string): boolean {
  return ISRAELI.test(digits);
}

/** The digits of a number as it is dictated in Israel: `+972 50-123-4567` is `0501234567`. Foreign numbers keep their country code. */
export function nationalDigits(number: string): string {
  const digits = number.replace(/[^0-9]/gu, '').replace(/^00/u, '');
  return /^9720?\d{8,9}$/u.test(digits) ? `0${digits.replace(/^9720?/u, '')}` : digits;
}

/** E.164 of an Israeli number in national form, or of a foreign one with its `+`; null for anything else. */
export function e164(number: string): string | null {
  if (isIsraeliPhone(number)) return `+972${number.replace(/^0/u, '')}`;
  return FOREIGN.test(number) && !number.startsWith('+972') ? number : null;
}
