import {
  type Cut,
  type PlayoutItem,
  complete,
  cut,
  hold,
  isIdle,
  markHeard,
  pump,
  resume,
  setPaused,
} from './playout.ts';
import { type Draft, change } from './state.ts';
import { findTurn, heardWords, removeTurn, updateTurn } from './turns.ts';

/** What the playout ledger does to a call: messages to the line, turns that begin and end, what the plugins are told. */

export const PUMP_TIMER = 'pump';

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

/** The item's audio was generated to its end. */
export function onAudioDone(draft: Draft, itemId: string): void {
  const { playout, finished } = complete(draft.state.playout, itemId);
  change(draft, { playout });
  finishTurns(draft, finished);
  pumpPlayout(draft);
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

/** Silences the line at once; nothing is lost yet: {@link resumeLine} says the rest, {@link cutPlayout} drops it. */
export function holdLine(draft: Draft): void {
  const { playout, finished } = hold(draft.state.playout, draft.at);
  change(draft, { playout });
  draft.effects.push({ type: 'clear_line' }, { type: 'clear_timer', id: PUMP_TIMER });
  finishTurns(draft, finished);
}

/** Says what was cleared and not heard. */
export function resumeLine(draft: Draft): void {
  change(draft, { playout: resume(draft.state.playout) });
  pumpPlayout(draft);
  noticeIdle(draft);
}

/** Drops what was not heard; the turns keep the words that were. */
export function cutPlayout(draft: Draft): readonly Cut[] {
  const endedMs = draft.state.playout.held?.since ?? draft.at;
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
      turns: updateTurn(draft.state.turns, piece.itemId, { text, interrupted: true, settled: true, endedMs }),
    });
    draft.notices.push({
      hook: 'onAgentTurn',
      args: [{ at: draft.at, itemId: piece.itemId, text, interrupted: true }],
    });
  }
  return cuts;
}
