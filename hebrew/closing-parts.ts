import { type Found, lexicon } from './phrases.ts';
import { underPrefixes } from './prefixes.ts';
import { isQuestion } from './questions.ts';
import type { Clause } from './tokenise.ts';
import * as words from './words/closings.ts';
import { GIVEN_NAMES } from './words/names.ts';
import { TITLES } from './words/small-words.ts';

/** The closing words of an utterance and how they lie in it: what goodbye.ts and farewell.ts decide from. */

const closings = lexicon({
  farewell: words.FAREWELLS,
  parting: words.PARTING_WORDS,
  greeting: words.GREETINGS_OR_PARTINGS,
  refusedThanks: words.REFUSED_THANKS,
  thanks: [...words.THANKS, ...words.THANKS_FOR_HELP],
  thanksFor: words.THANKS_FOR,
  done: [...words.DONE, ...words.NEEDS_NOTHING],
  decline: words.DECLINES,
  allGood: [...words.ALL_GOOD, ...words.SETTLED],
  returned: words.RETURNED_WISHES,
  courtesy: [...words.COURTESIES, ...words.PRAISE],
  hello: words.HELLOS,
  yes: words.YES,
  assent: words.ASSENT,
  no: words.NO,
  nothingMore: words.NOTHING_MORE,
  complaint: words.COMPLAINTS,
});
const reunions = lexicon({ reunion: words.REUNIONS });

/** What a closing phrase is; see the lists in words/closings.ts. */
export type Kind = Found<
  | 'farewell'
  | 'parting'
  | 'greeting'
  | 'refusedThanks'
  | 'thanks'
  | 'thanksFor'
  | 'done'
  | 'decline'
  | 'allGood'
  | 'returned'
  | 'courtesy'
  | 'hello'
  | 'yes'
  | 'assent'
  | 'no'
  | 'nothingMore'
  | 'complaint'
>['category'];

const TELLING = new Set(words.TELLING_WORDS);
const GOVERNING = new Set(words.GOVERNING_WORDS);
const HOLDING = new Set(words.HOLDING_WORDS);
const THANKED_FOR = new Set(words.THANKED_FOR);
const ARTICLE_AND_NOUN = /^[ו]?ה\p{L}{3,}$/u;

/** Words before a goodbye among which «אמר» makes it a quotation: «אמר לי: ביי». */
const QUOTE_REACH = 2;
/** Words of an address behind a goodbye: «ביי, גברת כהן». */
const LONGEST_ADDRESS = 2;

/**
 * The closing phrases a clause is made of from its word `from` on; null when it holds anything else. Whom the caller
 * addresses with them, and what the thanks are for, belong to them.
 */
export function closingPhrases(clause: Clause, from = 0): readonly Found<Kind>[] | null {
  const heard = clause.words.slice(from);
  return cover(heard) ?? thanksFor(heard) ?? addressed(heard);
}

function cover(heard: readonly string[]): readonly Found<Kind>[] | null {
  const found = closings.cover(heard);
  return found === null || found.some(({ category }) => category === 'thanksFor') ? null : found;
}

/** «תודה רבה על העזרה והסבלנות, ביי». */
function thanksFor(heard: readonly string[]): readonly Found<Kind>[] | null {
  for (let start = 0; start < heard.length; start += 1) {
    const found = closings.at(heard, start);
    if (found?.category !== 'thanksFor') continue;
    const before = start === 0 ? [] : cover(heard.slice(0, start));
    let end = start + found.length;
    while (end < heard.length && isThankedFor(heard[end] ?? '')) end += 1;
    if (before === null || end === start + found.length) return null;
    const behind = end === heard.length ? [] : cover(heard.slice(end));
    if (behind === null) return null;
    const thanks = { category: 'thanks', start, length: end - start } as const;
    return [...before, thanks, ...behind.map((phrase) => ({ ...phrase, start: phrase.start + end }))];
  }
  return null;
}

/** The lists know the usual favours; any other noun stands with its article: «תודה על ההתייחסות». */
function isThankedFor(word: string): boolean {
  return ARTICLE_AND_NOUN.test(word) || underPrefixes(word).some((form) => THANKED_FOR.has(form));
}

/** What one says to somebody by name; behind «לא» a name is a correction. */
const SPOKEN_TO: ReadonlySet<Kind> = new Set(['farewell', 'parting', 'greeting', 'thanks', 'refusedThanks']);

/** «תודה רבה דנה» · «ביי גברת כהן». */
function addressed(heard: readonly string[]): readonly Found<Kind>[] | null {
  for (let length = 1; length <= LONGEST_ADDRESS && length < heard.length; length += 1) {
    if (!isAddress(heard.slice(-length))) continue;
    const before = heard.slice(0, -length);
    const found = cover(before) ?? thanksFor(before);
    if (found !== null && found.some(({ category }) => SPOKEN_TO.has(category))) return found;
  }
  return null;
}

/** A given name, alone or behind a title; behind a title also a surname. */
export function isAddress(heard: readonly string[]): boolean {
  const [first = '', second] = heard;
  if (second === undefined) return GIVEN_NAMES.has(first);
  return TITLES.has(first) && heard.length === 2;
}

/** Whether the clause is made of closing words and asks nothing. */
export function isClosing(clause: Clause): boolean {
  return !isQuestion(clause) && closingPhrases(clause) !== null;
}

/** The clauses at the end of an utterance that are closing words alone: what they hold, and how many they are. */
export function closingRun(clauses: readonly Clause[]): { readonly kinds: readonly Kind[]; readonly clauses: number } {
  const kinds: Kind[] = [];
  let count = 0;
  for (let index = clauses.length - 1; index >= 0; index -= 1) {
    const clause = clauses[index];
    if (clause === undefined || isQuestion(clause)) break;
    const found = closingPhrases(clause);
    // «תודה רבה, דנה»: the name stands in a clause of its own.
    const previous = clauses[index - 1];
    const isName = found === null && isAddress(clause.words) && isSpokenToSomebody(previous);
    if (found === null && !isName) break;
    kinds.unshift(...(found ?? []).map(({ category }) => category));
    count += 1;
  }
  return { kinds, clauses: count };
}

function isSpokenToSomebody(clause: Clause | undefined): boolean {
  const found = clause === undefined || isQuestion(clause) ? null : closingPhrases(clause);
  return found?.some(({ category }) => SPOKEN_TO.has(category)) ?? false;
}

/**
 * Whether a run of closing words is a goodbye: one of them is, and only thanks and courtesies follow it. At the
 * opening a wish for evening, feast or week greets, and so does any wish behind «שלום».
 */
export function holdsGoodbye(kinds: readonly Kind[], atOpening: boolean): boolean {
  const isGreeting = atOpening && kinds.find((kind) => kind !== 'courtesy') === 'hello';
  const isGoodbye = (kind: Kind) =>
    kind === 'farewell' || (kind === 'parting' && !isGreeting) || (kind === 'greeting' && !atOpening);
  const last = kinds.findLastIndex(isGoodbye);
  return (
    last >= 0 &&
    kinds.slice(last + 1).every((kind) => kind !== 'yes' && kind !== 'assent' && kind !== 'no' && kind !== 'decline')
  );
}

/** Whether the clause before a goodbye takes it back: «אמר לי: ביי» is told, «רגע, ביי» is said to somebody else. */
export function takesBack(before: Clause | undefined): boolean {
  if (before === undefined) return false;
  return (
    before.words.slice(-QUOTE_REACH).some((word) => TELLING.has(word)) ||
    before.words.every((word) => HOLDING.has(word))
  );
}

/** «אז נתראה ביום שלישי»: closing words, and last of all when one meets again. */
export function isReunion(clauses: readonly Clause[]): boolean {
  const last = clauses.at(-1);
  if (last === undefined || isQuestion(last)) return false;
  const from = last.words.findIndex((_, start) => {
    const found = reunions.at(last.words, start);
    return found !== null && start + found.length === last.words.length;
  });
  if (from < 0 || (from > 0 && cover(last.words.slice(0, from)) === null)) return false;
  return clauses.slice(0, -1).every(isClosing);
}

/**
 * Whether a clause without commas ends in a goodbye behind other words: «אני אגיע מחר תודה רבה להתראות». Only a
 * farewell, or thanks with a goodbye behind them, may close such a clause: «היה לי יום טוב» tells of the day.
 */
export function endsInLooseGoodbye(clause: Clause | undefined, atOpening: boolean): boolean {
  if (clause === undefined || isQuestion(clause)) return false;
  const tail = closings.coverTail(clause.words);
  const from = tail?.[0]?.start;
  if (tail === null || from === undefined || closingPhrases(clause) !== null) return false;
  const before = clause.words.slice(0, from);
  const last = before.at(-1) ?? '';
  if (before.some((word) => TELLING.has(word)) || GOVERNING.has(last) || HOLDING.has(last)) return false;
  const kinds = tail.map((found) => found.category);
  const small: ReadonlySet<Kind> = new Set(['courtesy', 'yes', 'assent', 'no', 'allGood', 'nothingMore']);
  const first = kinds.find((kind) => !small.has(kind));
  return (first === 'farewell' || first === 'thanks' || first === 'done') && holdsGoodbye(kinds, atOpening);
}
