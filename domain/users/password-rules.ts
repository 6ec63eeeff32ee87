import { dictionary } from '@zxcvbn-ts/language-common';
import { MAX_PASSWORD_LENGTH } from './passwords.ts';

/** Shortest password a person may choose, in characters. Length is what counts; nothing is asked of its letters. */
export const MIN_NEW_PASSWORD_LENGTH = 10;
/** Fewer different characters than this are no password, however many there are. */
const MIN_DISTINCT = 5;
/** Letters around which a few digits change nothing. */
const MIN_CORE = 4;
/** Digits and signs around a known word that do not make it unknown. */
const MAX_AROUND = 6;

const COMMON: ReadonlySet<string> = new Set(dictionary.passwords);

/** The letters of a Hebrew keyboard by the Latin ones on the same keys. */
const KEYS: readonly (readonly [latin: string, hebrew: string])[] = [
  ['e', 'ק'],
  ['r', 'ר'],
  ['t', 'א'],
  ['y', 'ט'],
  ['u', 'ו'],
  ['i', 'ן'],
  ['o', 'ם'],
  ['p', 'פ'],
  ['a', 'ש'],
  ['s', 'ד'],
  ['d', 'ג'],
  ['f', 'כ'],
  ['g', 'ע'],
  ['h', 'י'],
  ['j', 'ח'],
  ['k', 'ל'],
  ['l', 'ך'],
  [';', 'ף'],
  ['z', 'ז'],
  ['x', 'ס'],
  ['c', 'ב'],
  ['v', 'ה'],
  ['b', 'נ'],
  ['n', 'מ'],
  ['m', 'צ'],
  [',', 'ת'],
  ['.', 'ץ'],
  ['q', '/'],
  ['w', "'"],
];
const TO_LATIN = new Map(KEYS.map(([latin, hebrew]) => [hebrew, latin]));
const TO_HEBREW = new Map(KEYS.map(([latin, hebrew]) => [latin, hebrew]));
const typedWith = (keys: ReadonlyMap<string, string>, text: string) =>
  [...text].map((letter) => keys.get(letter) ?? letter).join('');

/**
 * Why a new password may not be used, in Hebrew, or null when it may. `about`: what anybody knows of the person, such as
 * their e-mail address and their business's name.
 */
export function newPasswordProblem(password: string, about: readonly string[] = []): string | null {
  const text = password.normalize('NFC');
  if ([...text].length < MIN_NEW_PASSWORD_LENGTH)
    return `לפחות ${MIN_NEW_PASSWORD_LENGTH} תווים. משפט קצר הוא סיסמה טובה`;
  if (text.length > MAX_PASSWORD_LENGTH) return `לכל היותר ${MAX_PASSWORD_LENGTH} תווים`;
  if (new Set(text).size < MIN_DISTINCT) return 'הסיסמה חוזרת על אותם תווים. כדאי לבחור משפט קצר';
  const lower = text.toLowerCase();
  const known = new Set(about.flatMap(wordsOf));
  const readings = [lower, typedWith(TO_LATIN, lower), typedWith(TO_HEBREW, lower)];
  if (readings.some((reading) => isGuessed(reading, (word) => COMMON.has(word)))) {
    return 'הסיסמה הזאת נפוצה וקלה לניחוש. כדאי לבחור משפט קצר';
  }
  if (readings.some((reading) => isGuessed(reading, (word) => known.has(word)))) {
    return 'הסיסמה דומה לשם העסק או לדוא״ל, ולכן קלה לניחוש';
  }
  return null;
}

/** Whether a text is a word that is known, said several times, or with a few digits and signs around it. */
function isGuessed(text: string, isKnown: (word: string) => boolean): boolean {
  const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const around = text.length - core.length;
  return [text, ...(core.length >= MIN_CORE && around <= MAX_AROUND ? [core] : [])].some(
    (word) => isKnown(word) || isKnown(repeatedPart(word)),
  );
}

/** `abcabc` → `abc`; a text that repeats nothing stays as it is. */
function repeatedPart(text: string): string {
  const length = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, length);
}

/** An e-mail address's local part, a name as a whole and without its spaces, each of its words. */
function wordsOf(about: string): string[] {
  const text = about.normalize('NFC').toLowerCase().trim();
  const local = /^[^\s@]+@/.test(text) ? text.slice(0, text.indexOf('@')) : text;
  const words = local.split(/[^\p{L}\p{N}]+/u);
  return [text, local, words.join(''), ...words].filter((word) => word.length >= MIN_CORE);
}
