/** Spoken digits and numbers, feminine (as one dictates), masculine, and the spellings recognition writes. */

export const DIGITS: Readonly<Record<string, number>> = entries({
  0: 'אפס זירו zero',
  1: 'אחת אחד חת one',
  2: 'שתיים שתים שניים שנים שתי two',
  3: 'שלוש שלושה שלשה שלושת three',
  4: 'ארבע ארבעה ארבעת four',
  5: 'חמש חמישה חמשה חמשת five',
  6: 'שש שישה ששה ששת six',
  7: 'שבע שבעה שבעת seven',
  8: 'שמונה שמנה שמונת eight',
  9: 'תשע תשעה תשעת nine',
});

export const TENS: Readonly<Record<string, number>> = entries({
  20: 'עשרים',
  30: 'שלושים שלשים',
  40: 'ארבעים',
  50: 'חמישים חמשים',
  60: 'שישים ששים',
  70: 'שבעים',
  80: 'שמונים',
  90: 'תשעים',
});

/** 10, and behind a digit the teens: שלוש עשרה, שלושה עשר. */
export const TEN = new Set(['עשר', 'עשרה', 'עשרת', 'ten']);

export const HUNDREDS: Readonly<Record<string, number>> = { מאה: 100, מאתיים: 200, מאתים: 200 };
/** Behind a digit: שלוש מאות. */
export const HUNDRED_PLURAL = new Set(['מאות']);

export const THOUSANDS: Readonly<Record<string, number>> = { אלף: 1000, אלפיים: 2000, אלפים: 2000 };
/** Behind a digit: שלושת אלפים. */
export const THOUSAND_PLURAL = new Set(['אלפים', 'אלף']);

export const LARGE: Readonly<Record<string, number>> = {
  מיליון: 1_000_000,
  מליון: 1_000_000,
  מיליונים: 1_000_000,
  מיליארד: 1_000_000_000,
};
/** Behind a number: שניים וחצי. */
export const FRACTIONS: Readonly<Record<string, number>> = { וחצי: 0.5, ורבע: 0.25, ושליש: 1 / 3 };

/** The next one twice: פעמיים שבע. */
export const TWICE = new Set(['פעמיים', 'פעמים', 'דאבל', 'כפול', 'double']);
/** Behind a digit, the next one so many times: שלוש פעמים אפס. */
export const TIMES = new Set(['פעמים']);

export const SYMBOLS: Readonly<Record<string, string>> = {
  כוכבית: '*',
  סולמית: '#',
  פלוס: '+',
  '*': '*',
  '#': '#',
  '+': '+',
};

/** May stand inside a dictated number without ending it. */
export const SEPARATORS = new Set([
  ...'-,—–()…/',
  'מקף',
  'קו',
  'רווח',
  'אז',
  'ואז',
  'ו',
  'אה',
  'אהה',
  'אמ',
  'אממ',
  'ואחר',
  'אחר',
  'כך',
  'ועוד',
  'שוב',
]);

function entries(lists: Readonly<Record<number, string>>): Readonly<Record<string, number>> {
  const table: Record<string, number> = {};
  for (const [value, spellings] of Object.entries(lists)) {
    for (const spelling of spellings.split(' ')) table[spelling] = Number(value);
  }
  return table;
}
