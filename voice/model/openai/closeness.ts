import { normalise } from '../../../hebrew/normalise.ts';

/**
 * How much of a text another one repeats, 0–1: the share of letters and digits that need no edit to turn one into the
 * other. Punctuation, nikud and spacing do not count. 1 for two texts without a letter.
 */
export function closeness(wanted: string, spoken: string): number {
  const [a, b] = [bare(wanted), bare(spoken)];
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 1 : 1 - editDistance(a, b) / longest;
}

function bare(text: string): string {
  return normalise(text).replace(/[^\p{L}\p{N}]/gu, '');
}

/** Letters to insert, delete or replace (Levenshtein), in one row of memory. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
