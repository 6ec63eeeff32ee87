import { type Found, lexicon } from './phrases.ts';
import { isQuestion } from './questions.ts';
import type { Clause } from './tokenise.ts';
import {
  COMPLAINTS,
  COURTESIES,
  DECLINES,
  DONE,
  FAREWELLS,
  GOVERNING_WORDS,
  GREETINGS_OR_PARTINGS,
  HELLOS,
  HOLDING_WORDS,
  NO,
  PARTING_WORDS,
  TELLING_WORDS,
  THANKS,
  YES,
} from './words/closings.ts';

/** The closing words of an utterance and how they lie in it: what goodbye.ts and farewell.ts decide from. */

const closings = lexicon({
  farewell: FAREWELLS,
  parting: PARTING_WORDS,
  greeting: GREETINGS_OR_PARTINGS,
  thanks: THANKS,
  done: DONE,
  decline: DECLINES,
  courtesy: COURTESIES,
  hello: HELLOS,
  yes: YES,
  no: NO,
  complaint: COMPLAINTS,
});

/** What a closing phrase is; see the lists in words/closings.ts. */
export type Kind =
  | 'farewell'
  | 'parting'
  | 'greeting'
  | 'thanks'
  | 'done'
  | 'decline'
  | 'courtesy'
  | 'hello'
  | 'yes'
  | 'no'
  | 'complaint';

const TELLING = new Set(TELLING_WORDS);
const GOVERNING = new Set(GOVERNING_WORDS);
const HOLDING = new Set(HOLDING_WORDS);

/** Words before a goodbye among which «אמר» makes it a quotation: «אמר לי: ביי». */
const QUOTE_REACH = 2;

/** The closing phrases a clause is made of from its word `from` on; null when it holds anything else. */
export function closingPhrases(clause: Clause, from = 0): readonly Found<Kind>[] | null {
  return closings.cover(clause.words, from);
}

/** Whether the clause is made of closing words and asks nothing. */
export function isClosing(clause: Clause): boolean {
  return !isQuestion(clause) && closingPhrases(clause) !== null;
}

/** The clauses at the end of an utterance that are closing words alone: what they hold, and how many they are. */
export function closingRun(clauses: readonly Clause[]): { readonly kinds: readonly Kind[]; readonly clauses: number } {
  const from = clauses.findLastIndex((clause) => !isClosing(clause)) + 1;
  const run = clauses.slice(from);
  const kinds = run.flatMap((clause) => closingPhrases(clause)?.map((found) => found.category) ?? []);
  return { kinds, clauses: run.length };
}

/**
 * Whether a run of closing words is a goodbye: one of them is, and only thanks and courtesies follow it. At the
 * opening a wish for evening, feast or week greets, and so does any wish behind «שלום».
 */
export function holdsGoodbye(kinds: readonly Kind[], atOpening: boolean): boolean {
  const isGreeting = atOpening && kinds[0] === 'hello';
  const isGoodbye = (kind: Kind) =>
    kind === 'farewell' || (kind === 'parting' && !isGreeting) || (kind === 'greeting' && !atOpening);
  const last = kinds.findLastIndex(isGoodbye);
  return last >= 0 && kinds.slice(last + 1).every((kind) => kind !== 'yes' && kind !== 'no' && kind !== 'decline');
}

/** Whether the clause before a goodbye takes it back: «אמר לי: ביי» is told, «רגע, ביי» is said to somebody else. */
export function takesBack(before: Clause | undefined): boolean {
  if (before === undefined) return false;
  return (
    before.words.slice(-QUOTE_REACH).some((word) => TELLING.has(word)) ||
    before.words.every((word) => HOLDING.has(word))
  );
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
  const first = kinds.find((kind) => kind !== 'courtesy' && kind !== 'yes' && kind !== 'no');
  return (first === 'farewell' || first === 'thanks') && holdsGoodbye(kinds, atOpening);
}
