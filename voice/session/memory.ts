import type { ModelCommand } from '../model/speech-model.ts';
import type { Cut } from './playout.ts';
import { type Draft, change, modelEventId } from './state.ts';
import { type Turn, findTurn, updateTurn } from './turns.ts';

/** What the model remembers of the call is kept equal to what was said and heard. */

/** Trims an agent turn in the model's memory to what the caller heard of it. Our own turn is trimmed already. */
export function trimMemory(draft: Draft, piece: Cut): void {
  const turn = findTurn(draft.state.turns, piece.itemId);
  // A turn of which nothing was heard is gone from our list; as audio of the model it is still in the model's.
  const memory = turn?.memory ?? (piece.responseId === null ? 'text' : 'audio');
  if (memory === 'audio') {
    if (piece.heardMs === 0) return forgetItem(draft, piece.itemId);
    const eventId = modelEventId(draft, 'truncate');
    const { itemId, contentIndex, heardMs } = piece;
    return tell(draft, { type: 'truncate', eventId, itemId, contentIndex, audioEndMs: heardMs });
  }
  if (memory === 'none') return;
  // Text cannot be trimmed: the item gives way to one with the heard words in its place.
  forgetItem(draft, piece.itemId);
  if (turn === undefined) return;
  const { turns } = draft.state;
  const before = turns.slice(0, turns.indexOf(turn)).findLast((other) => other.memory !== 'none');
  addMessage(draft, turn, {
    itemId: `${turn.itemId}${TRIMMED}`,
    previousItemId: before === undefined ? 'root' : modelItemId(before),
  });
  change(draft, { turns: updateTurn(turns, turn.itemId, { memory: turn.text === '' ? 'none' : 'trimmed_text' }) });
}

/** Ends the id of an item that took another's place. */
const TRIMMED = 'h';

/** Under which id the model knows a turn. */
function modelItemId({ itemId, memory }: Turn): string {
  return memory === 'trimmed_text' ? `${itemId}${TRIMMED}` : itemId;
}

/** Takes a turn out of the model's memory. */
export function forget(draft: Draft, turn: Turn): void {
  if (turn.memory !== 'none') forgetItem(draft, modelItemId(turn));
}

/** Takes an item out of the model's memory by its id there. */
export function forgetItem(draft: Draft, itemId: string): void {
  tell(draft, { type: 'delete_item', eventId: modelEventId(draft, 'delete'), itemId });
}

/** Gives the model a turn as text, at the end of the conversation. */
export function remember(draft: Draft, turn: Turn): void {
  if (!draft.state.modelReady || turn.text === '') return;
  addMessage(draft, turn, { itemId: turn.itemId, previousItemId: null });
  change(draft, { turns: updateTurn(draft.state.turns, turn.itemId, { memory: 'text' }) });
}

/** Tells a model that knows nothing yet all that was said: after its line broke, or before it was open. */
export function rememberAll(draft: Draft): void {
  for (const turn of draft.state.turns) if (turn.memory === 'none') remember(draft, turn);
}

function addMessage(
  draft: Draft,
  turn: Turn,
  { itemId, previousItemId }: { readonly itemId: string; readonly previousItemId: string | null },
): void {
  if (turn.text === '') return;
  const eventId = modelEventId(draft, 'add');
  tell(draft, { type: 'add_message', eventId, itemId, speaker: turn.speaker, text: turn.text, previousItemId });
}

/** A model that is lost or not there yet remembers nothing that would have to be put right. */
function tell(draft: Draft, command: ModelCommand): void {
  if (draft.state.modelReady && !draft.state.modelLost) draft.effects.push({ type: 'model', command });
}

/** Tells the model something that neither side said, behind everything else. */
export function tellModel(draft: Draft, text: string): void {
  const eventId = modelEventId(draft, 'add');
  const itemId = `note_${draft.state.modelEvents}`;
  tell(draft, { type: 'add_message', eventId, itemId, speaker: 'system', text, previousItemId: null });
}
