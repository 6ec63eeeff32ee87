import { parsePhoneNumberFromString } from 'libphonenumber-js';

/**
 * The one form in which a number is stored and looked up: E.164 where it has such a form (a number without a
 * country is read as Israeli), else the number as dialled without blanks and punctuation (`*2040`, `100`).
 * What is no number at all (`anonymous`) comes back trimmed and in lower case.
 */
export function normalisePhone(raw: string): string {
  const trimmed = raw
    .normalize('NFKC')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  if (!/\d/.test(trimmed)) return trimmed.toLowerCase();
  const compact = trimmed.replace(/[\s().\-‐-―־/]/g, '');
  if (/^[*#]/.test(compact)) return compact;
  const parsed = parsePhoneNumberFromString(trimmed, 'IL');
  if (parsed?.isValid() === true) return parsed.number;
  return compact;
}

/** True when {@link normalisePhone} gave a form that can be dialled: E.164, a star code or a short code. */
export function isDialable(normalised: string): boolean {
  return /^(\+\d{7,15}|[*#]\d{2,6}|\d{3,10})$/.test(normalised);
}
