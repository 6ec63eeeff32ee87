import type { ModelEvent } from '../model/speech-model.ts';
import { type Cut, type PlayoutItem, complete, cut, enqueue, isIdle, markHeard, pump, setPaused } from './playout.ts';
import { cancelReplies, onResponseAlive } from './replies.ts';
import { type Draft, change, modelEventId } from './state.ts';
import { type Turn, findTurn, heardWords, insertTurn, removeTurn, updateTurn } from './turns.ts';

/** The agent's side of the conversation: audio from the model to the caller's ear, and what is cut of it. */

export const PUMP_TIMER = 'pump';

/** An item of the agent joined the conversation. */
export function onItemAdded(draft: Draft, responseId: string, itemId: string): void {
  if (draft.state.dropped.includes(responseId)) return;
  change(draft, {
    turns: insertTurn(
      draft.state.turns,
      {
        itemId,
        speaker: 'agent',
        text: '',
        interrupted: false,
        startedMs: null,
        endedMs: null,
        settled: false,
        provenSpeechMs: 0,
        answers: null,
      },
      null,
    ),
  });
}

export function onAgentAudio(draft: Draft, event: Extract<ModelEvent, { type: 'audio' }>): void {
  if (draft.state.streamOver || draft.state.dropped.includes(event.responseId)) return;
  onItemAdded(draft, event.responseId, event.itemId);
  onResponseAlive(draft, event.responseId);
  const { itemId, responseId, contentIndex } = event;
  change(draft, { playout: enqueue(draft.state.playout, { itemId, responseId, contentIndex }, event.audio) });
  pumpPlayout(draft);
}

/** The item's audio was generated to its end. */
export function onAudioDone(draft: Draft, itemId: string): void {
  const { playout, finished } = complete(draft.state.playout, itemId);
  change(draft, { playout });
  finishTurns(draft, finished);
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

/** Sends what is due and sets the timer for the next time. */
export function pumpPlayout(draft: Draft): void {
  const result = pump(draft.state.playout, draft.at);
  change(draft, { playout: result.playout });
  if (result.messages.length > 0) draft.effects.push({ type: 'send_audio', messages: result.messages });
  for (const itemId of result.started) {
    change(draft, { turns: updateTurn(draft.state.turns, itemId, { startedMs: draft.at }) });
    draft.notices.push({ hook: 'onAgentSpeechStarted', args: [{ at: draft.at, itemId }] });
  }
  draft.effects.push(
    result.nextAt === null
      ? { type: 'clear_timer', id: PUMP_TIMER }
      : { type: 'set_timer', id: PUMP_TIMER, dueAt: result.nextAt },
  );
  finishTurns(draft, result.finished);
  if (result.finished.length > 0) noticeIdle(draft);
}

/** The line says that everything up to a mark was played, or that it was cleared (then the mark is of an old generation). */
export function onMark(draft: Draft, name: string): void {
  const before = draft.state.playout;
  const { playout, finished } = markHeard(before, name, draft.at);
  if (playout === before) return;
  change(draft, { playout });
  finishTurns(draft, finished);
  pumpPlayout(draft);
  noticeIdle(draft);
}

function noticeIdle(draft: Draft): void {
  if (!isIdle(draft.state.playout)) return;
  // A pause holds what is playing; left standing it would mute the next reply.
  change(draft, { playout: setPaused(draft.state.playout, false) });
  draft.notices.push({ hook: 'onPlayoutFinished', args: [] });
}

function finishTurns(draft: Draft, finished: readonly PlayoutItem[]): void {
  for (const { itemId } of finished) {
    const turn = findTurn(draft.state.turns, itemId);
    if (turn === undefined || turn.settled) continue;
    change(draft, { turns: updateTurn(draft.state.turns, itemId, { settled: true, endedMs: draft.at }) });
    draft.notices.push({
      hook: 'onAgentTurn',
      args: [{ at: draft.at, itemId, text: turn.text, interrupted: false }],
    });
  }
}

/** Stops, or takes up again, the sending of agent audio. What the line already holds plays on. */
export function pausePlayout(draft: Draft, paused: boolean): void {
  change(draft, { playout: setPaused(draft.state.playout, paused) });
  pumpPlayout(draft);
}

/**
 * The caller has the floor: the line is cleared, the reply cancelled, the model's memory and our transcript
 * trimmed to what was heard.
 */
export function giveFloor(draft: Draft): void {
  const wasIdle = isIdle(draft.state.playout);
  const cuts = cutPlayout(draft);
  if (!wasIdle) draft.effects.push({ type: 'clear_line' });
  cancelReplies(draft);
  for (const piece of cuts) trimMemory(draft, piece);
  forgetUnheard(draft);
}

/** Drops what was not heard; the turns keep the words that were. */
export function cutPlayout(draft: Draft): readonly Cut[] {
  const { playout, cuts, finished } = cut(draft.state.playout, draft.at);
  change(draft, { playout });
  draft.effects.push({ type: 'clear_timer', id: PUMP_TIMER });
  finishTurns(draft, finished);
  for (const piece of cuts) {
    const turn = findTurn(draft.state.turns, piece.itemId);
    if (turn === undefined || turn.settled) continue;
    const text = heardWords(turn.text, piece.heardMs, piece.receivedMs);
    if (piece.heardMs === 0) {
      change(draft, { turns: removeTurn(draft.state.turns, piece.itemId) });
      continue;
    }
    change(draft, {
      turns: updateTurn(draft.state.turns, piece.itemId, { text, interrupted: true, settled: true, endedMs: draft.at }),
    });
    draft.notices.push({
      hook: 'onAgentTurn',
      args: [{ at: draft.at, itemId: piece.itemId, text, interrupted: true }],
    });
  }
  return cuts;
}

function trimMemory(draft: Draft, piece: Cut): void {
  // Audio from a file is not in the model's memory, and a lost model has none.
  if (piece.responseId === null || draft.state.modelLost) return;
  const { itemId, contentIndex, heardMs } = piece;
  if (heardMs === 0) deleteItem(draft, itemId);
  else {
    const eventId = modelEventId(draft, 'truncate');
    draft.effects.push({
      type: 'model',
      command: { type: 'truncate', eventId, itemId, contentIndex, audioEndMs: heardMs },
    });
  }
}

function deleteItem(draft: Draft, itemId: string): void {
  const eventId = modelEventId(draft, 'delete');
  draft.effects.push({ type: 'model', command: { type: 'delete_item', eventId, itemId } });
}

/** Agent items of which no audio ever came: neither we nor the model keep them. */
export function forgetUnheard(draft: Draft): void {
  for (const turn of draft.state.turns) {
    if (turn.speaker !== 'agent' || turn.settled || turn.startedMs !== null) continue;
    // Its audio waits behind an earlier reply's: it will be heard.
    if (draft.state.playout.items.some((item) => item.itemId === turn.itemId)) continue;
    change(draft, { turns: removeTurn(draft.state.turns, turn.itemId) });
    if (!draft.state.modelLost) deleteItem(draft, turn.itemId);
  }
}

/** The response is over: an item of it that never had any audio is no turn, and must not stay as one to come. */
export function dropSilentTurns(draft: Draft): void {
  const { turns, playout } = draft.state;
  const isSilent = (turn: Turn) =>
    turn.speaker === 'agent' &&
    !turn.settled &&
    turn.startedMs === null &&
    !playout.items.some((item) => item.itemId === turn.itemId);
  if (turns.some(isSilent)) change(draft, { turns: turns.filter((turn) => !isSilent(turn)) });
}
