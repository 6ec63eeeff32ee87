import { lexicon } from './phrases.ts';
import { type Clause, isMarkedQuestion, splitClauses } from './tokenise.ts';
import { NAME_QUESTION_WORDS } from './words/frames.ts';
import { QUESTION_WORDS, REQUESTS, TAG_QUESTIONS } from './words/questions.ts';

const ASKS = new Set(QUESTION_WORDS);
const TAGS = new Set(TAG_QUESTIONS);
const requests = lexicon({ request: REQUESTS });

/** Whether the word at `index` asks: a question word, also behind ו, that no word with ש follows. */
export function isQuestionWord(heard: readonly string[], index: number): boolean {
  const word = heard[index];
  if (word === undefined) return false;
  const bare = word.length > 2 && word.startsWith('ו') && !ASKS.has(word) ? word.slice(1) : word;
  if (!ASKS.has(bare)) return false;
  return !(heard[index + 1] ?? '').startsWith('ש') || STARTS_WITH_SHIN.has(heard[index + 1] ?? '');
}

/** Words of their own that begin with ש: «מה שלומך» and «מה שם המשפחה» do ask. */
const STARTS_WITH_SHIN = new Set(
  'שלומך שלומכם שלום שם שמך השם שעה שעות שער שנה שווה שכר שכונה שירות שלך שלכם שלי שלו שלה שטח שבוע שבת'.split(' '),
);

/** Whether a clause asks: by its mark or by its first word. */
export function isQuestion(clause: Clause): boolean {
  return isMarkedQuestion(clause) || isQuestionWord(clause.words, 0);
}

/**
 * Whether somebody who said this waits for an answer: its last sentence asks, by mark, by question word, as a tag
 * («…, נכון») or as a request («תגידי לי בבקשה את השם»).
 */
export function endsWithQuestion(text: string): boolean {
  const last = splitClauses(text).at(-1);
  if (last === undefined) return false;
  if (isQuestion(last) || requests.scan(last.words).found.length > 0) return true;
  return last.words.length === 1 && TAGS.has(last.words[0] ?? '') && splitClauses(text).length > 1;
}

const NAME_QUESTION = new Set(NAME_QUESTION_WORDS);

/** Whether the agent's last words are about a name: what answers them may be one. */
export function asksForName(agent: string): boolean {
  const last = splitClauses(agent).at(-1);
  return last !== undefined && last.words.some((word) => NAME_QUESTION.has(word));
}
