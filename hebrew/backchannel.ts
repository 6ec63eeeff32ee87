import { lexicon } from './phrases.ts';
import { isMarkedQuestion, splitClauses } from './tokenise.ts';
import { BACKCHANNELS } from './words/answers.ts';

const backchannels = lexicon({ backchannel: BACKCHANNELS });

/** «כן כן, הבנתי, אוקיי» is still listening; more than this is speaking. */
const MOST_WORDS = 4;

/** Whether somebody who says this only listens («אהה», «כן», «הבנתי»): by itself no wish to take the floor. */
export function isBackchannel(text: string): boolean {
  const clauses = splitClauses(text);
  const count = clauses.reduce((sum, clause) => sum + clause.words.length, 0);
  if (count === 0 || count > MOST_WORDS || clauses.some(isMarkedQuestion)) return false;
  return clauses.every((clause) => backchannels.cover(clause.words) !== null);
}
