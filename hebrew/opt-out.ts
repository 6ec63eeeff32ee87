import { lexicon } from './phrases.ts';
import { type Clause, isMarkedQuestion } from './tokenise.ts';
import { ALONE, ASKING_WORDS, CALLING_LISTS, LIMITING_WORDS, NEVER_AGAIN, NOT_NOW } from './words/opt-out.ts';

const wishes = lexicon({ never: NEVER_AGAIN, notNow: NOT_NOW, alone: ALONE, list: CALLING_LISTS });
const LIMITING = new Set(LIMITING_WORDS);
const ASKING = new Set(ASKING_WORDS);

/** «לא אמרתי שתסירו אותי»: a denial this many words before the wish undoes it. */
const DENIAL_REACH = 3;

/**
 * Whether somebody asks never to be called again. `isClosing` tells thanks and goodbyes, which may follow.
 * A clause must end with the wish: «תורידו אותי מהרשימה של יום שלישי» is another list.
 */
export function wantsNoCalls(clauses: readonly Clause[], isClosing: (clause: Clause) => boolean): boolean {
  return clauses.some((clause, index) => {
    const after = clauses.slice(index + 1);
    return clause.words.some((_, start) => isWish(clause, start, { isOnly: clauses.length === 1, after, isClosing }));
  });
}

function isWish(
  clause: Clause,
  start: number,
  around: { isOnly: boolean; after: readonly Clause[]; isClosing: (clause: Clause) => boolean },
): boolean {
  const wish = wishes.at(clause.words, start);
  if (wish === null || wish.category === 'list') return false;
  const behind = wishes.at(clause.words, start + wish.length);
  const list = behind?.category === 'list' ? behind.length : 0;
  const before = clause.words.slice(0, start);
  const rest = clause.words.slice(start + wish.length + list);
  if (rest.length > 0 && !around.isClosing({ words: rest, end: '' })) return false;
  if (isMarkedQuestion(clause) && !before.some((word) => ASKING.has(word))) return false;
  if (before.slice(-DENIAL_REACH).includes('לא')) return false;
  if (wish.category === 'alone') return around.isOnly && before.length === 0;
  if (wish.category === 'never' || list > 0) {
    return !around.after.some((clause) => clause.words.some((word) => LIMITING.has(word)));
  }
  return around.after.every(around.isClosing);
}
