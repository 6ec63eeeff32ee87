import { tokenise } from './tokenise.ts';
import {
  COUNTS,
  DIGITS,
  HUNDREDS,
  HUNDRED_PLURAL,
  PLURAL_DIGITS,
  SEPARATORS,
  SYMBOLS,
  TEN,
  TENS,
  THOUSANDS,
  THOUSAND_PLURAL,
  TIMES,
  TWICE,
} from './words/numbers.ts';

/**
 * Dictated numbers as a lattice. «חמישים שתיים» may be 52 or 50 and 2; which of them was meant shows only against a
 * number that is known, so every reading is kept: from each word of a run, the digits it may stand for and where
 * they end, the likeliest first.
 */

/** A word of a dictated number. */
interface Item {
  readonly word: string;
  /** Digits as they are written, or null for a word. */
  readonly literal: string | null;
  /** Spoken with a joined ו. */
  readonly joined: boolean;
  /** A comma, a pause or another separator stands before it. */
  readonly apart: boolean;
}

/** One reading of the words from an item on: its digits, and the item after them. */
export interface Reading {
  readonly digits: string;
  readonly next: number;
}

/** A stretch of words that are all numbers. */
export interface Run {
  readonly length: number;
  /** The words since the run before, nearest last: what the number is said to be. */
  readonly before: readonly string[];
  /** Items that begin a sentence. */
  readonly sentences: readonly number[];
  /** The readings at an item, never empty, the likeliest first. */
  readings(index: number): readonly Reading[];
}

/** How runs are told apart. */
export interface Runs {
  /** A full stop is a pause like any other: recognition sets one wherever somebody takes breath. Default: it ends a run. */
  readonly acrossSentences?: boolean;
}

/** The dictated numbers of a text, in order. Accepts any string. */
export function dictatedRuns(text: string, { acrossSentences = false }: Runs = {}): readonly Run[] {
  const runs: { items: Item[]; before: string[]; sentences: number[] }[] = [];
  let open = { items: [] as Item[], before: [] as string[], sentences: [] as number[] };
  let apart = false;
  const tokens = tokenise(text);
  const close = () => {
    if (open.items.length > 0) {
      runs.push(open);
      open = { items: [], before: [], sentences: [] };
    }
  };
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const several = severalAt(token.text, tokens[index + 1]?.text, apart);
    if (several !== null) index += 1;
    const item: Item | null = several ?? itemOf(token.text, token.kind === 'number', apart);
    if (item !== null) open.items.push(item);
    else if (acrossSentences && token.text === '.') open.sentences.push(open.items.length);
    else if (!SEPARATORS.has(token.text)) {
      close();
      open.before.push(token.text);
    }
    // A hyphen ties words together: אחת־עשרה.
    apart = item === null && token.text !== '-';
  }
  close();
  return runs.map(({ items, before, sentences }) => ({
    length: items.length,
    before,
    sentences,
    readings: (index) => readingsAt(items, index),
  }));
}

/** «שני אפסים» is 00, «שלוש שבעות» 777. */
function severalAt(word: string, next: string | undefined, apart: boolean): Item | null {
  const digit = PLURAL_DIGITS[next ?? ''];
  const bare = word.startsWith('ו') ? word.slice(1) : word;
  const count = COUNTS[bare] ?? DIGITS[bare];
  if (digit === undefined || count === undefined || count < 2) return null;
  return { word: '', literal: String(digit).repeat(count), joined: false, apart };
}

function itemOf(text: string, isNumber: boolean, apart: boolean): Item | null {
  if (isNumber) return { word: '', literal: text.replace(/[^0-9]/gu, ''), joined: false, apart };
  if (isNumberWord(text)) return { word: text, literal: null, joined: false, apart };
  const bare = text.slice(1);
  return text.startsWith('ו') && isNumberWord(bare) ? { word: bare, literal: null, joined: true, apart } : null;
}

function isNumberWord(word: string): boolean {
  const tables = [DIGITS, TENS, HUNDREDS, THOUSANDS, SYMBOLS];
  return (
    tables.some((table) => Object.hasOwn(table, word)) || [TEN, HUNDRED_PLURAL, TWICE].some((set) => set.has(word))
  );
}

function readingsAt(items: readonly Item[], index: number): readonly Reading[] {
  const repeated = repeatedAt(items, index);
  if (repeated.length > 0) return repeated;
  const plain = plainReadings(items, index);
  return plain.length > 0 ? plain : [{ digits: '', next: index + 1 }];
}

function plainReadings(items: readonly Item[], index: number): readonly Reading[] {
  const item = items[index];
  if (item === undefined) return [];
  if (item.literal !== null) return [{ digits: item.literal, next: index + 1 }];
  const symbol = SYMBOLS[item.word];
  if (symbol !== undefined) return [{ digits: symbol, next: index + 1 }];
  return numbersAt(items, index).map(({ value, next }) => ({ digits: String(value), next }));
}

/** פעמיים שבע · שלוש פעמים אפס · שבע פעמיים. */
function repeatedAt(items: readonly Item[], index: number): readonly Reading[] {
  const word = items[index]?.word ?? '';
  const second = items[index + 1]?.word ?? '';
  const digit = DIGITS[word];
  if (TWICE.has(word) && index + 1 < items.length) return multiply(items, index + 1, 2);
  if (digit === undefined) return [];
  if (digit >= 2 && TIMES.has(second) && index + 2 < items.length) return multiply(items, index + 2, digit);
  if (TWICE.has(second) && index + 2 >= items.length) return [{ digits: String(digit).repeat(2), next: index + 2 }];
  return [];
}

function multiply(items: readonly Item[], index: number, times: number): readonly Reading[] {
  return plainReadings(items, index).map(({ digits, next }) => ({ digits: digits.repeat(times), next }));
}

interface NumberAt {
  readonly value: number;
  readonly next: number;
}

/** The numbers that the words from an item on may be, the longest first. */
function numbersAt(items: readonly Item[], index: number): readonly NumberAt[] {
  const large = largeAt(items, index);
  if (large === null) return belowHundred(items, index);
  if (large.value < 1000) return [...joined(large, 100, belowHundred(items, large.next), items), large];
  const hundreds = largeAt(items, large.next);
  const below =
    hundreds !== null && hundreds.value < 1000
      ? [...joined(hundreds, 100, belowHundred(items, hundreds.next), items), hundreds]
      : belowHundred(items, large.next);
  return [...joined(large, 1000, below, items), large];
}

/** «מאה» and «עשרים ושלוש» as 123. */
function joined(
  large: NumberAt,
  unit: number,
  below: readonly NumberAt[],
  items: readonly Item[],
): readonly NumberAt[] {
  if (!continues(items, large.next)) return [];
  const fitting = below.filter((rest) => rest.value > 0 && rest.value < unit);
  return fitting.map((rest) => ({ value: large.value + rest.value, next: rest.next }));
}

/** מאה, מאתיים, שלוש מאות, אלף, שלושת אלפים. */
function largeAt(items: readonly Item[], index: number): NumberAt | null {
  const word = items[index]?.word ?? '';
  const following = items[index + 1];
  const digit = DIGITS[word];
  if (digit !== undefined && digit >= 2 && following !== undefined && !following.apart) {
    if (HUNDRED_PLURAL.has(following.word)) return { value: digit * 100, next: index + 2 };
    if (THOUSAND_PLURAL.has(following.word)) return { value: digit * 1000, next: index + 2 };
  }
  const value = HUNDREDS[word] ?? THOUSANDS[word];
  return value === undefined ? null : { value, next: index + 1 };
}

function belowHundred(items: readonly Item[], index: number): readonly NumberAt[] {
  const item = items[index];
  if (item === undefined || item.literal !== null) return [];
  const tens = TENS[item.word];
  if (tens !== undefined) return tensAt(items, index, tens);
  if (TEN.has(item.word)) return [{ value: 10, next: index + 1 }];
  const digit = DIGITS[item.word];
  if (digit === undefined) return [];
  const isTeen = digit > 0 && TEN.has(items[index + 1]?.word ?? '') && continues(items, index + 1);
  return [isTeen ? { value: 10 + digit, next: index + 2 } : { value: digit, next: index + 1 }];
}

/** «חמישים ושתיים» is 52; «חמישים שתיים» may be 50 and 2; behind a comma they belong together only by their ו. */
function tensAt(items: readonly Item[], index: number, tens: number): readonly NumberAt[] {
  const alone = { value: tens, next: index + 1 };
  const following = items[index + 1];
  const digit = following === undefined ? undefined : DIGITS[following.word];
  if (following === undefined || digit === undefined || digit === 0) return [alone];
  if (isTeenOrHundred(items, index + 1)) return [alone];
  const both = { value: tens + digit, next: index + 2 };
  if (following.apart) return following.joined ? [alone, both] : [alone];
  return following.joined ? [both] : [both, alone];
}

function isTeenOrHundred(items: readonly Item[], index: number): boolean {
  const word = items[index + 1]?.word ?? '';
  return continues(items, index + 1) && (TEN.has(word) || HUNDRED_PLURAL.has(word) || THOUSAND_PLURAL.has(word));
}

function continues(items: readonly Item[], index: number): boolean {
  const item = items[index];
  return item !== undefined && !item.apart;
}
