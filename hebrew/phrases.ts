import { words } from './tokenise.ts';

/**
 * Phrases as lists of words, and a trie that finds them. A word list is written with `(a|b)` for a choice and
 * `[a|b]` for a choice that may be left out: «תודה [רבה] [לך|לכם]» is six phrases.
 */

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

interface Node<Category extends string> {
  readonly next: Map<string, Node<Category>>;
  category: Category | null;
}

/**
 * Builds a lexicon. A phrase also matches behind a joined ו («ולהתראות»), and in a drawn-out spelling («בייייי»).
 * A phrase that stands in two lists belongs to the first of them. Throws on unbalanced brackets.
 */
export function lexicon<Category extends string>(
  lists: Readonly<Record<Category, readonly string[]>>,
): Lexicon<Category> {
  const root: Node<Category> = { next: new Map(), category: null };
  for (const category of Object.keys(lists) as Category[]) {
    for (const pattern of lists[category]) for (const phrase of expand(pattern)) add(root, phrase, category);
  }

  const at = (heard: readonly string[], from: number) => allAt(root, heard, from).at(-1) ?? null;

  const cover = (heard: readonly string[], from = 0) => follow(waysThrough(root, heard, from), heard.length, from);

  const coverTail = (heard: readonly string[]) => {
    const ways = waysThrough(root, heard, 1);
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

/** For each word from `from` on the longest phrase to take there so that the rest is covered too; else null. */
function waysThrough<Category extends string>(root: Node<Category>, heard: readonly string[], from: number) {
  const ways: (Found<Category> | null)[] = heard.map(() => null);
  for (let start = heard.length - 1; start >= from; start -= 1) {
    const fits = (found: Found<Category>) => {
      const end = start + found.length;
      return end === heard.length || ways[end] !== null;
    };
    ways[start] = allAt(root, heard, start).findLast(fits) ?? null;
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

/** All phrases that begin at `from`, shorter ones first. */
function allAt<Category extends string>(root: Node<Category>, heard: readonly string[], from: number) {
  const first = shorten(heard[from] ?? '');
  const plain = walk(root.next.get(first), heard, from);
  if (first.length < 3 || !first.startsWith('ו')) return plain;
  return [...plain, ...walk(root.next.get(first.slice(1)), heard, from)].sort((a, b) => a.length - b.length);
}

function walk<Category extends string>(first: Node<Category> | undefined, heard: readonly string[], from: number) {
  const found: Found<Category>[] = [];
  let node = first;
  for (let length = 1; node !== undefined; length += 1) {
    if (node.category !== null) found.push({ category: node.category, start: from, length });
    const word = heard[from + length];
    node = word === undefined ? undefined : node.next.get(shorten(word));
  }
  return found;
}

function add<Category extends string>(root: Node<Category>, phrase: readonly string[], category: Category): void {
  let node = root;
  for (const word of phrase) {
    const key = shorten(word);
    const next: Node<Category> = node.next.get(key) ?? { next: new Map(), category: null };
    node.next.set(key, next);
    node = next;
  }
  if (node === root) throw new Error(`a phrase of «${category}» is empty`);
  node.category ??= category;
}

/** Vav and yod may be doubled as consonants; no other letter is written twice in a row on purpose. */
const DRAWN_OUT = /(\p{L})\1{2,}/gu;

/** «בייייי» as «ביי», «לאאאא» as «לא»: a letter three times or more is drawn out. */
function shorten(word: string): string {
  return word.replace(DRAWN_OUT, (_, letter: string) => (letter === 'י' || letter === 'ו' ? letter + letter : letter));
}

const PART = /[()[\]|]|[^()[\]|]+/gu;

/** The phrases a pattern stands for, each as its words. Throws on unbalanced brackets. */
export function expand(pattern: string): readonly (readonly string[])[] {
  const parts = pattern.match(PART) ?? [];
  let index = 0;

  function choice(close: string | null): string[][] {
    const all: string[][] = [];
    let current: string[][] = [[]];
    for (; index < parts.length; index += 1) {
      const part = parts[index] ?? '';
      if (part === close) return [...all, ...current];
      if (part === '|') {
        all.push(...current);
        current = [[]];
      } else if (part === '(' || part === '[') {
        index += 1;
        const options = choice(part === '(' ? ')' : ']');
        current = joinAll(current, part === '[' ? [[], ...options] : options);
      } else if (part === ')' || part === ']') throw new Error(`unbalanced brackets in «${pattern}»`);
      else current = joinAll(current, [[...words(part)]]);
    }
    if (close !== null) throw new Error(`unbalanced brackets in «${pattern}»`);
    return [...all, ...current];
  }

  return choice(null);
}

function joinAll(heads: readonly string[][], tails: readonly string[][]): string[][] {
  return heads.flatMap((head) => tails.map((tail) => [...head, ...tail]));
}
