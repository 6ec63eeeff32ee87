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

/** Behind a count: שני אפסים. */
export const PLURAL_DIGITS: Readonly<Record<string, number>> = entries({
  0: 'אפסים',
  1: 'אחדות אחדים אחדיות',
  3: 'שלושות שלישיות',
  4: 'ארבעות רביעיות',
  5: 'חמשות חמישיות',
  6: 'ששות שישיות',
  7: 'שבעות שביעיות',
  8: 'שמונות שמיניות',
  9: 'תשעות תשיעיות',
});
/** Counts that elsewhere are other words: שני is Monday too. */
export const COUNTS: Readonly<Record<string, number>> = { שני: 2, שתי: 2, זוג: 2, צמד: 2 };

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
  ...'כן רגע נו אחרי ואחרי זה ואוקיי אוקיי אוקי יאללה הנה המספר והמספר קידומת הקידומת בסוף ובסוף בהתחלה'.split(' '),
]);

/** What a number is that is no telephone number. */
export const OTHER_NUMBERS = new Set(
  'זהות ת"ז תז הזמנה לקוח חשבון כרטיס אשראי פוליסה אסמכתא ח"פ עוסק רישוי רכב תיק מזהה דרכון קוד סניף'.split(' '),
);
/** Named nearer to it, one of these makes it a telephone number again. */
export const TELEPHONES = new Set('טלפון נייד פלאפון סלולרי סלולארי'.split(' '));

function entries(lists: Readonly<Record<number, string>>): Readonly<Record<string, number>> {
  const table: Record<string, number> = {};
  for (const [value, spellings] of Object.entries(lists)) {
    for (const spelling of spellings.split(' ')) table[spelling] = Number(value);
  }
  return table;
}
