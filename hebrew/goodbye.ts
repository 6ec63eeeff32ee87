import { closingRun, endsInLooseGoodbye, holdsGoodbye, isClosing, isReunion, takesBack } from './closing-parts.ts';
import type { Kind } from './closing-parts.ts';
import type { DialogueState } from './dialogue.ts';
import { wantsNoCalls } from './opt-out.ts';
import { type Clause, splitClauses } from './tokenise.ts';

export type { DialogueState } from './dialogue.ts';

/**
 * What an utterance does to the conversation. `strong`: a goodbye. `soft`: thanks or «that is all» and nothing
 * else, while nobody waits. `opt_out`: a goodbye, and never call again. `not_interested`: the pitch is over.
 */
export type Closing = 'strong' | 'soft' | 'opt_out' | 'not_interested' | 'none';

/**
 * Reads an utterance by its clauses and the dialogue's state, never by a substring: a goodbye is its final clause
 * with nothing behind it, a soft closing is the whole of it. Accepts any string.
 */
export function classifyClosing(text: string, state: DialogueState): Closing {
  const clauses = splitClauses(text);
  if (wantsNoCalls(clauses, isClosing)) return 'opt_out';

  const run = closingRun(clauses);
  const before = clauses[clauses.length - run.clauses - 1];
  if (holdsGoodbye(run.kinds, state.atOpening)) return takesBack(before) ? 'none' : 'strong';
  if (endsInLooseGoodbye(clauses.at(-1), state.atOpening)) return takesBack(clauses.at(-2)) ? 'none' : 'strong';
  // «נתראה ביום שלישי» answers a question about the day, and takes leave when the day is settled.
  if (state.agentAsks !== 'something' && isReunion(clauses) && (state.taskDone || thanksBefore(clauses)))
    return 'strong';

  const { kinds } = run;
  if (run.clauses < clauses.length || kinds.includes('complaint')) return 'none';
  if (kinds.includes('decline')) return 'not_interested';
  return !state.agentBusy && isSoft(kinds, state) ? 'soft' : 'none';
}

/** Whether somebody asks never to be called again, at whatever point of a conversation. Accepts any string. */
export function asksForNoCalls(text: string): boolean {
  return wantsNoCalls(splitClauses(text), isClosing);
}

/** «תודה רבה, נתראה ביום שלישי». */
function thanksBefore(clauses: readonly Clause[]): boolean {
  return closingRun(clauses.slice(0, -1)).kinds.includes('thanks');
}

/** Whether closing words that are no goodbye, and are all that was said, end a conversation in this state. */
function isSoft(kinds: readonly Kind[], { agentAsks, atOpening, taskDone }: DialogueState): boolean {
  const has = (...wanted: readonly Kind[]) => kinds.some((kind) => wanted.includes(kind));
  // «כן, תודה» accepts an offer; «כן, זה הכול» does not.
  const isThanks = has('thanks') && !has('yes');
  switch (agentAsks) {
    case 'something':
      return false;
    case 'anything_else':
      if (has('done')) return true;
      // «לא, נכון» is asked again.
      return !has('yes') && (has('refusedThanks', 'nothingMore', 'allGood', 'thanks') || (has('no') && !has('assent')));
    case 'whether_done':
      return has('yes', 'assent', 'done', 'allGood', 'thanks', 'refusedThanks') && !has('no');
    case 'leave_taken':
      // «יום טוב!» – «תודה, גם לך».
      return kinds.every((kind) => kind !== 'hello') && (has('done', 'thanks', 'refusedThanks') || has('returned'));
    case 'nothing':
      // Nobody thanks before anything was done: at the opening it answers a greeting.
      return (
        has('done', 'refusedThanks') ||
        (isThanks && (!atOpening || has('no'))) ||
        (taskDone && has('no') && has('allGood'))
      );
  }
}
