import { closingRun, endsInLooseGoodbye, holdsGoodbye, isClosing, takesBack } from './closing-parts.ts';
import { wantsNoCalls } from './opt-out.ts';
import { splitClauses } from './tokenise.ts';

/**
 * What an utterance does to the conversation. `strong`: a goodbye. `soft`: thanks or «that is all» and nothing
 * else, while nobody waits. `opt_out`: a goodbye, and never call again. `not_interested`: the pitch is over.
 */
export type Closing = 'strong' | 'soft' | 'opt_out' | 'not_interested' | 'none';

/** What the same words mean depends on where the conversation stands. */
export interface DialogueState {
  /** The caller has hardly spoken yet: a wish for the evening greets. */
  readonly atOpening: boolean;
  /** The agent's last turn asked something. */
  readonly agentAwaitsAnswer: boolean;
  /** The agent announced that it is doing something («שנייה, אני בודק»). */
  readonly agentBusy: boolean;
}

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

  const { kinds } = run;
  if (run.clauses < clauses.length || kinds.includes('complaint')) return 'none';
  if (kinds.includes('decline')) return 'not_interested';
  // «כן, תודה» accepts an offer; «כן, זה הכול» does not.
  const isSoft = kinds.includes('done') || (kinds.includes('thanks') && !kinds.includes('yes'));
  return isSoft && !state.agentAwaitsAnswer && !state.agentBusy ? 'soft' : 'none';
}
