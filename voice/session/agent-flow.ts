import type { ModelEvent } from '../model/speech-model.ts';
import { trimMemory, forget } from './memory.ts';
import { enqueue } from './playout.ts';
import { cutPlayout, pumpPlayout } from './playout-flow.ts';
import { prefaceSaid } from './preface.ts';
import { cancelReplies, onResponseAlive } from './replies.ts';
import { type Draft, change } from './state.ts';
import { type Turn, emptyTurn, findTurn, insertTurn, removeTurn, updateTurn } from './turns.ts';

/** The agent's side of the conversation: audio from the model to the caller's ear, and what is cut of it. */

/** An item of the agent joined the conversation. */
export function onItemAdded(draft: Draft, responseId: string, itemId: string): void {
  if (draft.state.dropped.includes(responseId)) return;
  change(draft, { turns: insertTurn(draft.state.turns, emptyTurn(itemId, 'agent', 'audio'), null) });
}

export function onAgentAudio(draft: Draft, event: Extract<ModelEvent, { type: 'audio' }>): void {
  if (draft.state.streamOver || draft.state.dropped.includes(event.responseId)) return;
  onItemAdded(draft, event.responseId, event.itemId);
  onResponseAlive(draft, event.responseId);
  prefaceSaid(draft);
  const { itemId, responseId, contentIndex } = event;
  change(draft, { playout: enqueue(draft.state.playout, { itemId, responseId, contentIndex }, event.audio) });
  pumpPlayout(draft);
}

/** Words the agent is speaking arrived, before or after their audio. */
export function onWords(draft: Draft, itemId: string, delta: string): void {
  const turn = findTurn(draft.state.turns, itemId);
  if (turn === undefined || turn.speaker !== 'agent' || turn.settled) return;
  change(draft, { turns: updateTurn(draft.state.turns, itemId, { text: turn.text + delta }) });
}

export function onWordsDone(draft: Draft, itemId: string, text: string): void {
  const turn = findTurn(draft.state.turns, itemId);
  if (turn === undefined || turn.speaker !== 'agent' || turn.interrupted) return;
  change(draft, { turns: updateTurn(draft.state.turns, itemId, { text }) });
  draft.notices.push({ hook: 'onAgentGenerated', args: [{ at: draft.at, itemId, text }] });
}

/**
 * The caller has the floor: the reply is cancelled, what was not heard is dropped, and the model's memory and our
 * transcript are trimmed to what was heard. The line was cleared before.
 */
export function giveFloor(draft: Draft): void {
  const cuts = cutPlayout(draft);
  cancelReplies(draft);
  for (const piece of cuts) trimMemory(draft, piece);
  forgetUnheard(draft);
}

/** Agent items of which no audio ever came: neither we nor the model keep them. */
export function forgetUnheard(draft: Draft): void {
  for (const turn of draft.state.turns) {
    if (!isSilent(draft, turn)) continue;
    change(draft, { turns: removeTurn(draft.state.turns, turn.itemId) });
    forget(draft, turn);
  }
}

/** The response is over: an item of it that never had any audio is no turn, and must not stay as one to come. */
export function dropSilentTurns(draft: Draft): void {
  const { turns } = draft.state;
  if (turns.some((turn) => isSilent(draft, turn)))
    change(draft, { turns: turns.filter((turn) => !isSilent(draft, turn)) });
}

/** Nothing of the turn was played and nothing of it waits to be, as audio behind an earlier reply's does. */
function isSilent(draft: Draft, turn: Turn): boolean {
  if (turn.speaker !== 'agent' || turn.settled || turn.startedMs !== null) return false;
  return !draft.state.playout.items.some((item) => item.itemId === turn.itemId);
}
