import { words } from './tokenise.ts';
import {
  COUNTS,
  DIGITS,
  FRACTIONS,
  HUNDREDS,
  HUNDRED_PLURAL,
  LARGE,
  TEN,
  TENS,
  THOUSANDS,
  THOUSAND_PLURAL,
} from './words/numbers.ts';

/** Amounts and counts in words: «שלוש מאות עשרים וחמש» is 325, in either gender, with or without its ו. */

/**
 * The number that a text is, as a whole: `מאה ועשרים` 120, `שניים וחצי` 2.5, `25` 25; null when it holds anything
 * else, or more than one number («שלוש ארבע»). Accepts any string.
 */
export function spokenNumber(text: string): number | null {
  const heard = words(text);
  const found = numberAt(heard, 0);
  return found !== null && found.next === heard.length ? found.value : null;
}

/** The text with every number word in digits: `שלושה ילדים בני חמש` → `3 ילדים בני 5`. Accepts any string. */
export function numbersToDigits(text: string): string {
  const heard = words(text);
  const out: string[] = [];
  for (let index = 0; index < heard.length;) {
    const found = numberAt(heard, index);
    out.push(found === null ? (heard[index] ?? '') : String(found.value));
    index = found?.next ?? index + 1;
  }
  return out.join(' ');
}

interface Found {
  readonly value: number;
  /** The word behind it. */
  readonly next: number;
}

function numberAt(heard: readonly string[], from: number): Found | null {
  const first = heard[from] ?? '';
  if (/^[0-9]+(?:\.[0-9]+)?$/u.test(first)) return large(heard, { value: Number(first), next: from + 1 });
  if (first.startsWith('ו') && !isNumberWord(first)) return null;
  let total: number | null = null;
  let unit = Number.POSITIVE_INFINITY;
  let next = from;
  for (;;) {
    const group = groupAt(heard, next, total !== null);
    // Each group must be smaller than the unit of the one before it: «אלף מאתיים», but not «מאתיים אלף מאה אלף».
    if (group === null || group.value >= unit || group.value === 0) {
      if (total === null && group !== null) return group;
      break;
    }
    total = (total ?? 0) + group.value;
    unit = unitOf(group.value);
    next = group.next;
    if (unit <= 1) break;
  }
  return total === null ? null : withFraction(heard, { value: total, next });
}

/** The power of ten that may still be filled up: 5 behind 20, 99 behind 300, nothing behind 7. */
function unitOf(value: number): number {
  const power = [1_000_000_000, 1_000_000, 1000, 100, 10].find((size) => value % size === 0 && value >= size);
  return value === 10 ? 1 : (power ?? 1);
}

function groupAt(heard: readonly string[], index: number, isLater: boolean): Found | null {
  const small = belowThousand(heard, index, isLater);
  if (small !== null) return large(heard, small);
  const word = bare(heard[index], isLater);
  const value = THOUSANDS[word] ?? LARGE[word];
  return value === undefined ? null : { value, next: index + 1 };
}

/** «עשרים אלף», «שלושה מיליון». */
function large(heard: readonly string[], { value, next }: Found): Found {
  const word = heard[next] ?? '';
  if (THOUSAND_PLURAL.has(word)) return { value: value * 1000, next: next + 1 };
  const size = LARGE[word];
  return size === undefined ? { value, next } : { value: value * size, next: next + 1 };
}

function belowThousand(heard: readonly string[], index: number, isLater: boolean): Found | null {
  const hundreds = hundredsAt(heard, index, isLater);
  if (hundreds === null) return belowHundred(heard, index, isLater);
  const rest = belowHundred(heard, hundreds.next, true);
  return rest === null || rest.value === 0 ? hundreds : { value: hundreds.value + rest.value, next: rest.next };
}

function hundredsAt(heard: readonly string[], index: number, isLater: boolean): Found | null {
  const word = bare(heard[index], isLater);
  const digit = DIGITS[word];
  if (digit !== undefined && HUNDRED_PLURAL.has(heard[index + 1] ?? '')) return { value: digit * 100, next: index + 2 };
  const value = HUNDREDS[word];
  return value === undefined ? null : { value, next: index + 1 };
}

function belowHundred(heard: readonly string[], index: number, isLater: boolean): Found | null {
  const word = bare(heard[index], isLater);
  const tens = TENS[word];
  if (tens !== undefined) {
    const unit = DIGITS[bare(heard[index + 1], true)];
    const isHundreds = HUNDRED_PLURAL.has(heard[index + 2] ?? '');
    const isTeen = TEN.has(heard[index + 2] ?? '');
    return unit === undefined || unit === 0 || isHundreds || isTeen
      ? { value: tens, next: index + 1 }
      : { value: tens + unit, next: index + 2 };
  }
  if (TEN.has(word)) return { value: 10, next: index + 1 };
  // «שני» is 2 only where it counts something large; elsewhere it is Monday.
  const digit = DIGITS[word] ?? (Object.hasOwn(LARGE, heard[index + 1] ?? '') ? COUNTS[word] : undefined);
  if (digit === undefined) return null;
  return digit > 0 && TEN.has(heard[index + 1] ?? '')
    ? { value: 10 + digit, next: index + 2 }
    : { value: digit, next: index + 1 };
}

/** «שניים וחצי», «מיליון וחצי». */
function withFraction(heard: readonly string[], { value, next }: Found): Found {
  const fraction = FRACTIONS[heard[next] ?? ''];
  if (fraction === undefined) return { value, next };
  const unit = [1_000_000_000, 1_000_000, 1000].find((size) => value >= size && value % size === 0) ?? 1;
  return { value: value + fraction * unit, next: next + 1 };
}

function bare(word: string | undefined, mayJoin: boolean): string {
  if (word === undefined) return '';
  return mayJoin && word.startsWith('ו') && isNumberWord(word.slice(1)) ? word.slice(1) : word;
}

/** Whether a word alone is a number or part of one. */
export function isNumberWord(word: string): boolean {
  const tables = [DIGITS, TENS, HUNDREDS, THOUSANDS, LARGE];
  return tables.some((table) => Object.hasOwn(table, word)) || TEN.has(word) || HUNDRED_PLURAL.has(word);
}
