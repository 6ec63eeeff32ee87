import { closingPhrases, closingRun, endsInLooseGoodbye, holdsGoodbye } from './closing-parts.ts';
import { isQuestion } from './questions.ts';
import { type Clause, splitClauses } from './tokenise.ts';

/** Words of a name that may follow the agent's goodbye: «להתראות דני כהן». */
const MOST_NAMES = 2;

/**
 * Whether the agent takes its leave with this: a goodbye in the last clause, perhaps with the caller's name behind
 * it, and no question anywhere. Accepts any string.
 */
export function isFarewell(text: string): boolean {
  const clauses = splitClauses(text);
  const last = clauses.at(-1);
  if (last === undefined || clauses.some(isQuestion)) return false;
  if (holdsGoodbye(closingRun(clauses).kinds, false)) return true;
  if (endsInLooseGoodbye(last, false) || endsInJoinedWish(last)) return true;
  return endsInNamedGoodbye(clauses);
}

/** Words of the longest wish: «ושיהיה לכם המשך סוף שבוע נעים». */
const LONGEST_WISH = 8;

/** «תודה על השיחה ויום נעים»: the wish hangs on the thanks by its ו. */
function endsInJoinedWish(clause: Clause): boolean {
  if (clause.words[0] !== 'תודה') return false;
  const from = Math.max(1, clause.words.length - LONGEST_WISH);
  return clause.words.some((word, index) => {
    const kinds = index >= from && word.startsWith('ו') ? closingPhrases(clause, index) : null;
    return (
      kinds !== null &&
      holdsGoodbye(
        kinds.map((found) => found.category),
        false,
      )
    );
  });
}

/** «נדבר על…» and «נתראה ביום…» go on behind the verb, so that only a farewell or a wish takes a name. */
function endsInNamedGoodbye(clauses: readonly Clause[]): boolean {
  const last = clauses.at(-1);
  if (last === undefined) return false;
  for (let names = 1; names <= MOST_NAMES; names += 1) {
    const words = last.words.slice(0, -names);
    const clause = words.length > 0 ? { words, end: '' } : last.words.length === names ? clauses.at(-2) : undefined;
    const found = clause === undefined ? undefined : closingPhrases(clause)?.at(-1);
    if (found?.category === 'farewell') return true;
    if ((found?.category === 'parting' || found?.category === 'greeting') && found.length > 1) return true;
  }
  return false;
}
