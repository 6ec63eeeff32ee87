import { announcesWork } from './busy.ts';
import { isFarewell } from './farewell.ts';
import { lexicon } from './phrases.ts';
import { underPrefixes } from './prefixes.ts';
import { endsWithQuestion, isQuestion } from './questions.ts';
import { type Clause, splitClauses } from './tokenise.ts';
import { DONE_WORDS, ASKS_WHETHER_DONE, MORE_THINGS, MORE_WORDS, NEXT_QUESTION_WORDS } from './words/dialogue.ts';

/** Where a conversation stands when the caller speaks. */
export const DIALOGUE_CONTEXTS = [
  'opening',
  'question_pending',
  'task_done',
  'anything_else_asked',
  'mid_conversation',
] as const;
export type DialogueContext = (typeof DIALOGUE_CONTEXTS)[number];

/**
 * What the agent's last words leave open: nothing, nothing at all any more (it took leave), whether there is anything
 * else, whether that was all, something else.
 */
export type AgentAsks = 'nothing' | 'leave_taken' | 'anything_else' | 'whether_done' | 'something';

/** What the same words mean depends on where the conversation stands. */
export interface DialogueState {
  /** The caller has hardly spoken yet: a wish for the evening greets. */
  readonly atOpening: boolean;
  readonly agentAsks: AgentAsks;
  /** The agent announced that it is doing something («שנייה, אני בודק»). */
  readonly agentBusy: boolean;
  /** What the caller called for is done. */
  readonly taskDone: boolean;
}

/** The state behind a context and the agent's last words: what the words show for themselves is more precise. */
export function dialogueState(context: DialogueContext, agent: string): DialogueState {
  const shown = agentAsks(agent);
  return {
    atOpening: context === 'opening',
    agentAsks: shown === 'anything_else' || shown === 'whether_done' ? shown : (ASKED[context] ?? shown),
    agentBusy: announcesWork(agent),
    taskDone: context === 'task_done' || context === 'anything_else_asked' || reportsDone(agent),
  };
}

const ASKED: Partial<Record<DialogueContext, AgentAsks>> = {
  question_pending: 'something',
  anything_else_asked: 'anything_else',
};

const DONE = new Set(DONE_WORDS);

/** «קבעתי לך תור ליום שלישי»: what the caller called for is done. Accepts any string. */
export function reportsDone(agent: string): boolean {
  return lastSentence(agent).some((clause) => clause.words.some((word) => DONE.has(word)));
}

/** What an agent turn asks for at its end. Accepts any string. */
export function agentAsks(text: string): AgentAsks {
  const sentence = lastSentence(text);
  const question = sentence.findLastIndex(isQuestion);
  if (asksForMore(sentence)) return 'anything_else';
  const last = sentence[question];
  if (last !== undefined && whetherDone.cover(last.words) !== null) return 'whether_done';
  if (endsWithQuestion(text)) return 'something';
  return isFarewell(text) ? 'leave_taken' : 'nothing';
}

/**
 * The same over several agent turns that an utterance may answer. `answered`: what the agent replied to it already,
 * when its words arrive late: an offer of more help in there waits for the caller like any other question.
 */
export function agentAsksInAll(turns: readonly string[], answered: readonly string[] = []): AgentAsks {
  const asked = turns.map(agentAsks).filter((asks) => asks !== 'nothing');
  if (asked.includes('something') || answered.some(asksAnything)) return 'something';
  return asked.at(-1) ?? 'nothing';
}

function asksAnything(text: string): boolean {
  const asks = agentAsks(text);
  return asks !== 'nothing' && asks !== 'leave_taken';
}

const whetherDone = lexicon({ done: ASKS_WHETHER_DONE });
const MORE = new Set(MORE_WORDS);
const THINGS = new Set(MORE_THINGS);
const NEXT = new Set(NEXT_QUESTION_WORDS);

/** «יש עוד משהו שאוכל לעזור?» · «במה עוד אפשר לסייע?», but not «עוד שאלה אחת: מה הטלפון?» */
function asksForMore(sentence: readonly Clause[]): boolean {
  const heard = sentence.flatMap((clause) => clause.words);
  const hasMark = sentence.some(isQuestion);
  const isMore = heard.some((word) => underPrefixes(word).some((form) => MORE.has(form)));
  if (!isMore || heard.some((word) => NEXT.has(word))) return false;
  const isOpen = heard.some((word) => THINGS.has(word));
  return isOpen && (hasMark || heard[0] === 'יש' || heard[0] === 'האם');
}

const SENTENCE_END = /[.!?\n]/u;

/** The clauses of the last sentence. */
export function lastSentence(text: string): readonly Clause[] {
  const clauses = splitClauses(text);
  const from =
    clauses.findLastIndex((clause, index) => index < clauses.length - 1 && SENTENCE_END.test(clause.end)) + 1;
  return clauses.slice(from);
}
