import type { SpokenText } from './config.ts';
import { remember } from './memory.ts';
import { complete, enqueue } from './playout.ts';
import { pumpPlayout } from './playout-flow.ts';
import { type Draft, change } from './state.ts';
import { emptyTurn, findTurn, insertTurn } from './turns.ts';

/** Lines whose audio we hold: they are spoken without the model, and it is told what the agent said. */

/** The audio of a text, when it is one of the business's rendered lines. */
export function lineFor(draft: Draft, text: string | null): SpokenText | null {
  return text === null ? null : (draft.state.config.lines.get(text) ?? null);
}

/** The same, or a recording in no business's voice where that has to do. */
export function anyLineFor(draft: Draft, text: string): SpokenText | null {
  return lineFor(draft, text) ?? draft.state.config.lastResort.get(text) ?? null;
}

/** Speaks a line behind whatever is queued. It becomes an agent turn like any other. */
export function playLine(draft: Draft, line: SpokenText): void {
  const spokenLines = draft.state.spokenLines + 1;
  const itemId = `line_${spokenLines}`;
  const turn = { ...emptyTurn(itemId, 'agent', 'none'), text: line.text };
  const queued = enqueue(draft.state.playout, { itemId, responseId: null, contentIndex: 0 }, line.audio);
  change(draft, {
    spokenLines,
    turns: insertTurn(draft.state.turns, turn, null),
    playout: complete(queued, itemId).playout,
  });
  draft.notices.push({ hook: 'onAgentGenerated', args: [{ at: draft.at, itemId, text: line.text }] });
  pumpPlayout(draft);
  remember(draft, findTurn(draft.state.turns, itemId) ?? turn);
}
