import { type Run, dictatedRuns } from './dictation.ts';
import { isIsraeliPhone, nationalDigits } from './phone.ts';

export { isIsraeliPhone, nationalDigits } from './phone.ts';

/** Numbers that are spoken, one digit or one pair at a time: telephone numbers above all. */

/** Digits of the longest number with a reading for it that are looked at. */
const LONGEST_NUMBER = 15;
/** Readings tried before a run is given up; a dictated phone number has a few dozen. */
const MOST_READINGS = 2000;

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
 * The telephone number dictated in a text, as `0…`, once it is complete: 9–10 digits with a valid prefix in some
 * reading of the words; null before. Accepts any string.
 */
export function dictatedPhone(text: string): string | null {
  for (const run of dictatedRuns(text)) {
    let tried = 0;
    const search = (index: number, digits: string): string | null => {
      tried += 1;
      if (tried > MOST_READINGS || digits.length > LONGEST_NUMBER) return null;
      if (index >= run.length) return isIsraeliPhone(nationalDigits(digits)) ? nationalDigits(digits) : null;
      for (const reading of run.readings(index)) {
        const phone = search(reading.next, digits + reading.digits);
        if (phone !== null) return phone;
      }
      return null;
    };
    const phone = search(0, '');
    if (phone !== null) return phone;
  }
  return null;
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
