import { words as wordsOf } from './tokenise.ts';

/** Whether two sentences say the same in nearly the same words: at least nine in ten of them are common to both. */
export function saysTheSame(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (a.length === 0 || b.length === 0) return false;
  const left = new Map<string, number>();
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of b) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    common++;
    left.set(word, count - 1);
  }
  return (2 * common) / (a.length + b.length) >= 0.9;
}

/** Whether all the words of `part`, three at least, stand in `whole` one after another: an echo of it. */
export function isEchoOf(part: string, whole: string): boolean {
  const [a, b] = [wordsOf(part), wordsOf(whole)];
  if (a.length < 3) return false;
  for (let start = 0; start + a.length <= b.length; start++) {
    if (a.every((word, index) => word === b[start + index])) return true;
  }
  return false;
}
