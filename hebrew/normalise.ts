/**
 * Spellings that mean the same become the same string. Needed before any comparison: speech recognition, the
 * model and people write nikud, quotes and direction marks as they please.
 */

/**
 * Marks without a sound of their own: cantillation and nikud (U+0591–U+05C7 but for the four signs of
 * {@link SIGNS}), bidi controls, zero-width joiners, soft hyphen, byte order mark.
 */
const SILENT =
  /\u034f|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]|[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/gu;

/** Hebrew punctuation inside the nikud block: it separates, so that dropping it would glue two words together. */
const SIGNS: Readonly<Record<string, string>> = { '\u05be': '-', '\u05c0': ' ', '\u05c3': '.', '\u05c6': ' ' };
const SIGN = /[\u05be\u05c0\u05c3\u05c6]/gu;

const DOUBLE_QUOTES = /[\u05f4\u201c-\u201f\u00ab\u00bb\u2033\uff02]/gu;
const SINGLE_QUOTES = /[\u05f3\u2018-\u201b\u2032\u02bc\u00b4`\uff07]/gu;
/** Gershayim typed as two apostrophes: מוצ''ש. */
const TWO_SINGLE_QUOTES = /'{2}/gu;
const HYPHENS = /[\u2010-\u2012\u2212]/gu;
const LINE_BREAKS = /\s*[\r\n\u0085\u2028\u2029]+\s*/gu;
const SPACES = /[^\S\n]+/gu;

/**
 * The form of a text that is compared: NFC, without nikud and direction marks, quotes unified to `"` and `'`,
 * hyphens to `-`, runs of white space to one space or one line break, Latin letters in lower case. Final letter
 * forms are kept. Idempotent; accepts any string.
 */
export function normalise(text: string): string {
  return unify(text).toLowerCase().normalize('NFC').trim();
}

/** {@link normalise} with Latin capitals left as they are: for words that are shown again. */
export function unify(text: string): string {
  // NFC takes presentation forms apart (U+FB2A is shin and dot), so the marks are stripped once more after it.
  return strip(strip(text).normalize('NFC'))
    .replace(SIGN, (sign) => SIGNS[sign] ?? ' ')
    .replace(DOUBLE_QUOTES, '"')
    .replace(SINGLE_QUOTES, "'")
    .replace(TWO_SINGLE_QUOTES, '"')
    .replace(HYPHENS, '-')
    .replace(LINE_BREAKS, '\n')
    .replace(SPACES, ' ')
    .trim();
}

function strip(text: string): string {
  return text.replace(SILENT, '');
}
