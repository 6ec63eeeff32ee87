import { type Run, dictatedRuns } from './dictation.ts';
import { e164, isIsraeliPhone, nationalDigits } from './phone.ts';
import { underPrefixes } from './prefixes.ts';
import { OTHER_NUMBERS, TELEPHONES } from './words/numbers.ts';

export { isIsraeliPhone, nationalDigits } from './phone.ts';

/** Numbers that are spoken, one digit or one pair at a time: telephone numbers above all. */

/** Characters of the longest number with a reading for it that are looked at. */
const LONGEST_NUMBER = 16;
/** Readings tried before a run is given up; a dictated phone number has a few dozen. */
const MOST_READINGS = 2000;
/** Stretches between full stops that are looked at. */
const MOST_STRETCHES = 60;
/** A foreign number in E.164 has more characters than this; with fewer it is not complete. */
const SHORTEST_FOREIGN = 10;
/** Words before a number in which it is named. */
const NAMING_REACH = 4;

/**
 * The longest number dictated in a text, in its likeliest reading: «אפס חמישים ושתיים» is `052`. Also `*`, `#` and
 * `+` where they are named. `''` when no number is. Accepts any string.
 */
export function dictatedDigits(text: string): string {
  const numbers = dictatedRuns(text).map(likeliest);
  return numbers.reduce((longest, number) => (number.length > longest.length ? number : longest), '');
}

function likeliest(run: Run): string {
  let digits = '';
  for (let index = 0; index < run.length;) {
    const reading = run.readings(index)[0];
    digits += reading?.digits ?? '';
    index = reading?.next ?? run.length;
  }
  return digits;
}

/**
 * The telephone number dictated in a text, once it is complete: Israeli as `0…`, 9–10 digits with a valid prefix in
 * some reading of the words; foreign only with its `+`. Null before, and for numbers that are said to be something
 * else («תעודת זהות …»). Accepts any string.
 */
export function dictatedPhone(text: string): string | null {
  for (const run of dictatedRuns(text, { acrossSentences: true })) {
    if (isOtherNumber(run.before)) continue;
    const phone = stretches(run).reduce<string | null>((found, [from, to]) => found ?? phoneIn(run, from, to), null);
    if (phone !== null) return phone;
  }
  return null;
}

/** The whole run first, then what lies between the ends of sentences, the longest first. */
function stretches({ length, sentences }: Run): readonly (readonly [number, number])[] {
  const bounds = [...new Set([0, ...sentences, length])];
  const pairs = bounds.flatMap((from, index) => bounds.slice(index + 1).map((to) => [from, to] as const));
  return pairs.slice(0, MOST_STRETCHES).sort((a, b) => b[1] - b[0] - (a[1] - a[0]));
}

function phoneIn(run: Run, from: number, to: number): string | null {
  let tried = 0;
  const search = (index: number, digits: string): string | null => {
    tried += 1;
    if (tried > MOST_READINGS || digits.length > LONGEST_NUMBER || index > to) return null;
    if (index === to) return completePhone(digits);
    for (const reading of run.readings(index)) {
      const phone = search(reading.next, digits + reading.digits);
      if (phone !== null) return phone;
    }
    return null;
  };
  return search(from, '');
}

function completePhone(digits: string): string | null {
  const national = nationalDigits(digits);
  if (isIsraeliPhone(national)) return national;
  return e164(digits) !== null && digits.length > SHORTEST_FOREIGN ? digits : null;
}

/** «תעודת זהות 023456789»: the nearest word that says what a number is decides. */
function isOtherNumber(before: readonly string[]): boolean {
  const is = (set: ReadonlySet<string>) => (word: string) => underPrefixes(word).some((form) => set.has(form));
  const other = before.findLastIndex(is(OTHER_NUMBERS));
  return other >= 0 && before.length - other <= NAMING_REACH && before.findLastIndex(is(TELEPHONES)) < other;
}

/**
 * Whether a text says a number, in any reading of its words and nothing but it: with a digit too many or too few it
 * is another number. International and national form are the same. Accepts any strings.
 */
export function mentionsNumber(text: string, number: string): boolean {
  const national = nationalDigits(number);
  if (national === '') return false;
  const forms = national.startsWith('0') ? [national, `972${national.slice(1)}`, `972${national}`] : [national];
  return dictatedRuns(text).some((run) => forms.some((form) => spells(run, form)));
}

/** A written number is one item and may stand beside others; a dictated one must be the whole run. */
function spells(run: Run, target: string): boolean {
  const positions = new Map<number, Set<number>>([[0, new Set([0])]]);
  for (let index = 0; index < run.length; index += 1) {
    const readings = run.readings(index);
    if (readings[0]?.digits === target) return true;
    for (const at of positions.get(index) ?? []) {
      for (const { digits, next } of readings) {
        const said = digits.replace('+', '');
        if (!target.startsWith(said, at)) continue;
        positions.set(next, (positions.get(next) ?? new Set()).add(at + said.length));
      }
    }
  }
  return positions.get(run.length)?.has(target.length) ?? false;
}
