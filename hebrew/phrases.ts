import { type Place, addPattern, emptyPlace } from './pattern.ts';

/** Lists of phrases that are found in a list of words; how they are written stands in pattern.ts. */

/** A phrase found in a list of words. */
export interface Found<Category extends string> {
  readonly category: Category;
  /** Index of its first word. */
  readonly start: number;
  /** Words it covers. */
  readonly length: number;
}

/** A lexicon of phrases, each of one category. Looking a phrase up costs one map access a word. */
export interface Lexicon<Category extends string> {
  /** The longest phrase that begins at `from`; null when none does. */
  at(heard: readonly string[], from: number): Found<Category> | null;
  /** The words from `from` to the end as phrases without a gap, the longest first; null when that cannot be. */
  cover(heard: readonly string[], from?: number): readonly Found<Category>[] | null;
  /** The same for the longest end of `heard` that can be covered and is not the whole; null when there is none. */
  coverTail(heard: readonly string[]): readonly Found<Category>[] | null;
  /** The phrases met from left to right, the longest first, and the words that belong to none. */
  scan(heard: readonly string[]): { readonly found: readonly Found<Category>[]; readonly rest: readonly string[] };
}

/**
 * Builds a lexicon. A phrase also matches behind a joined ו («ולהתראות»), and in a drawn-out spelling («בייייי»).
 * A phrase that stands in two lists belongs to the first of them. Throws on unbalanced brackets.
 */
export function lexicon<Category extends string>(
  lists: Readonly<Record<Category, readonly string[]>>,
): Lexicon<Category> {
  const root = emptyPlace();
  const categories = Object.keys(lists) as Category[];
  categories.forEach((category, rank) => {
    for (const pattern of lists[category]) addPattern(root, pattern, rank, shorten);
  });
  const allAt = (heard: readonly string[], from: number) =>
    phrasesAt(root, heard, from).flatMap(({ rank, length }) => {
      const category = categories[rank];
      return category === undefined ? [] : [{ category, start: from, length }];
    });

  const at = (heard: readonly string[], from: number) => allAt(heard, from).at(-1) ?? null;

  const cover = (heard: readonly string[], from = 0) => follow(waysThrough(allAt, heard, from), heard.length, from);

  const coverTail = (heard: readonly string[]) => {
    const ways = waysThrough(allAt, heard, 1);
    const from = ways.findIndex((found) => found !== null);
    return from < 0 ? null : follow(ways, heard.length, from);
  };

  const scan = (heard: readonly string[]) => {
    const found: Found<Category>[] = [];
    const rest: string[] = [];
    for (let index = 0; index < heard.length;) {
      const phrase = at(heard, index);
      if (phrase === null) rest.push(heard[index] ?? '');
      else found.push(phrase);
      index += phrase?.length ?? 1;
    }
    return { found, rest };
  };

  return { at, cover, coverTail, scan };
}

/** All phrases that begin at a word, shorter ones first. */
type AllAt<Category extends string> = (heard: readonly string[], from: number) => readonly Found<Category>[];

/** For each word from `from` on the longest phrase to take there so that the rest is covered too; else null. */
function waysThrough<Category extends string>(allAt: AllAt<Category>, heard: readonly string[], from: number) {
  const ways: (Found<Category> | null)[] = heard.map(() => null);
  for (let start = heard.length - 1; start >= from; start -= 1) {
    const fits = (found: Found<Category>) => {
      const end = start + found.length;
      return end === heard.length || ways[end] !== null;
    };
    ways[start] = allAt(heard, start).findLast(fits) ?? null;
  }
  return ways;
}

function follow<Category extends string>(ways: readonly (Found<Category> | null)[], end: number, from: number) {
  const covered: Found<Category>[] = [];
  for (let index = from; index < end;) {
    const found = ways[index];
    if (found === null || found === undefined) return null;
    covered.push(found);
    index += found.length;
  }
  return covered;
}

/** The lengths of the phrases that begin at `from`, in ascending order, each with the lowest rank that ends there. */
function phrasesAt(root: Place, heard: readonly string[], from: number) {
  const first = shorten(heard[from] ?? '');
  const bare = first.length >= 3 && first.startsWith('ו') ? (root.next.get(first.slice(1)) ?? []) : [];
  let places = [...(root.next.get(first) ?? []), ...bare];
  const phrases: { readonly rank: number; readonly length: number }[] = [];
  for (let length = 1; places.length > 0; length += 1) {
    let rank: number | null = null;
    for (const place of places) if (place.rank !== null && (rank === null || place.rank < rank)) rank = place.rank;
    if (rank !== null) phrases.push({ rank, length });
    const word = heard[from + length];
    if (word === undefined) break;
    const key = shorten(word);
    const reached = new Set<Place>();
    for (const place of places) for (const next of place.next.get(key) ?? []) reached.add(next);
    places = [...reached];
  }
  return phrases;
}

/** Vav and yod may be doubled as consonants; no other letter is written twice in a row on purpose. */
const DRAWN_OUT = /(\p{L})\1{2,}/gu;

/** «בייייי» as «ביי», «לאאאא» as «לא»: a letter three times or more is drawn out. */
function shorten(word: string): string {
  return word.replace(DRAWN_OUT, (_, letter: string) => (letter === 'י' || letter === 'ו' ? letter + letter : letter));
}
