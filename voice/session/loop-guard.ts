import { saysTheSame } from '../../hebrew/similar.ts';
import type { Turn } from './turns.ts';

/** An agent that has said the same this often in a row is stuck. */
const REPETITIONS = 2;
/** What the model is told then, before its next reply. */
export const BREAK_LOOP =
  'You have just said the same thing more than once and it does not help the caller. Do not say it again. ' +
  'Say in one sentence what you did not understand and ask differently, or offer that a person from the business calls back.';

/**
 * Whether the agent's last answers all say the same. Turns that were cut short do not count, they had to be said again;
 * nor do those that answer nothing, as the question whether the caller is still there.
 */
export function isStuck(turns: readonly Turn[]): boolean {
  const answers = turns.filter((turn, index) => isAnswer(turn, turns[index - 1])).slice(-REPETITIONS);
  const [first] = answers;
  if (first === undefined || answers.length < REPETITIONS) return false;
  return answers.every((turn) => saysTheSame(turn.text, first.text));
}

function isAnswer(turn: Turn, before: Turn | undefined): boolean {
  if (turn.speaker !== 'agent' || !turn.settled || turn.interrupted || turn.text === '') return false;
  return before?.speaker === 'caller' && before.text !== '';
}
