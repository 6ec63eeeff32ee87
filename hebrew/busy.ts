import { lexicon } from './phrases.ts';
import { splitClauses } from './tokenise.ts';
import { AT_WORK, HOLD_ON, LATER_WORDS } from './words/busy.ts';

const atWork = lexicon({ work: AT_WORK });
const holdOn = lexicon({ hold: HOLD_ON });

const LATER = new Set(LATER_WORDS);

const SENTENCE_END = /[.!?\n]/u;

/**
 * Whether an agent turn ends by announcing that the agent does something now («שנייה, אני בודקת לך ביומן»): the
 * caller's «תודה» is then no goodbye. What was done already («בדקתי») announces nothing. Accepts any string.
 */
export function announcesWork(text: string): boolean {
  const clauses = splitClauses(text);
  const last = clauses.at(-1);
  if (last === undefined) return false;
  if (holdOn.cover(last.words) !== null) return true;
  const from =
    clauses.findLastIndex((clause, index) => index < clauses.length - 1 && SENTENCE_END.test(clause.end)) + 1;
  const sentence = clauses.slice(from);
  if (sentence.some((clause) => clause.words.some((word) => LATER.has(word)))) return false;
  return sentence.some((clause) => atWork.scan(clause.words).found.length > 0);
}
