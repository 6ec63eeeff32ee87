import { ENGINE_LINES } from '../lines.ts';
import type { ModelEvent } from '../model/speech-model.ts';
import { passWaitingAudio } from './caller-flow.ts';
import { TAPE_MS } from './caller-tape.ts';
import { onModelLost } from './closing.ts';
import type { CallEvent } from './events.ts';
import { NO_EVIDENCE } from './evidence.ts';
import { takeFloor } from './interruption.ts';
import { anyLineFor, playLine } from './lines.ts';
import { rememberAll, tellModel } from './memory.ts';
import { isIdle } from './playout.ts';
import { onAudioDone } from './playout-flow.ts';
import { expectReply } from './preface.ts';
import { REPLY_TIMER, advanceReplies, isPlain } from './replies.ts';
import { type CallState, type Draft, PLAIN_REPLY, type Want, change } from './state.ts';
import { RECONNECT_TIMER, ROTATE_TIMER } from './timers.ts';
import type { Turn } from './turns.ts';

/**
 * The line to the model may break and come back: the conversation goes on with what was said as text, the caller's
 * latest words are sent again, and the reply that was owed is asked for again.
 */

/** Waits before the attempts to open a broken line again. */
const RECONNECT_WAITS_MS = [0, 500, 1500] as const;
/** A caller who has heard nothing yet is not kept waiting for a third. */
const FIRST_ATTEMPTS = 2;
/** A line that stayed open this long broke anew; one that keeps breaking at once is given up. */
const STEADY_MS = 10_000;
/** A caller waits no longer than this for the line to come back. */
const OUTAGE_LIMIT_MS = 5000;
/** A session of the model lives for 60 minutes: it is replaced in a silent moment after 55, in any case after 59. */
const ROTATE_AFTER_MS = 55 * 60_000;
const ROTATE_AT_LATEST_MS = 59 * 60_000;
const ROTATE_RETRY_MS = 500;
/** Tool results that a new line is told of, the latest of the call. */
const RESULTS_KEPT = 20;

/** A reply broke off in the middle of its audio. */
const CONTINUE = 'Your last sentence was cut off by a fault on the line. Take it up again briefly and go on.';

/** The model accepted the session, for the first time or again. */
export function onModelReady(draft: Draft): void {
  const { modelLine, modelReady, modelLost, phase } = draft.state;
  if (modelReady || modelLost) return;
  const { brokeAt } = modelLine;
  change(draft, {
    modelReady: true,
    modelLine: { ...modelLine, openedAt: draft.at, brokeAt: null, notes: [] },
    ...(phase === 'warmup' ? { phase: 'active' } : {}),
  });
  rememberAll(draft);
  if (brokeAt !== null) for (const note of [...modelLine.results, ...modelLine.notes]) tellModel(draft, note);
  expectReply(draft);
  passWaitingAudio(draft);
  draft.effects.push({ type: 'set_timer', id: ROTATE_TIMER, dueAt: draft.at + ROTATE_AFTER_MS });
  // A first line that came about at the second attempt is the first one all the same.
  if (modelLine.openedAt === null) draft.notices.push({ hook: 'onModelReady', args: [] });
  if (brokeAt !== null) {
    const outageMs = Math.round(draft.at - brokeAt);
    draft.effects.push({ type: 'log', event: 'model_line_restored', fields: { outageMs } });
  }
  advanceReplies(draft);
}

/** The connection is gone. It is opened again while that can help and the caller can be kept waiting. */
export function onModelClosed(draft: Draft, { code, permanent }: Extract<ModelEvent, { type: 'closed' }>): void {
  const { state } = draft;
  if (state.modelLost) return;
  const { openedAt, brokeAt } = state.modelLine;
  const isSteady = state.modelReady && openedAt !== null && draft.at - openedAt >= STEADY_MS;
  const attempts = isSteady ? 0 : state.modelLine.attempts;
  const wait = openedAt === null && attempts >= FIRST_ATTEMPTS ? undefined : RECONNECT_WAITS_MS[attempts];
  // A line that never opened has been waited for since the call began.
  const since = brokeAt ?? (openedAt === null ? 0 : draft.at);
  const isOver = state.hangup !== null || state.phase === 'ended' || state.streamOver;
  if (isOver || permanent || wait === undefined || draft.at + wait - since >= OUTAGE_LIMIT_MS) {
    return onModelLost(draft, code);
  }
  draft.effects.push({ type: 'log', event: 'model_line_broke', fields: { code, attempt: attempts + 1 } });
  const isOwed = brokeAt === null && breakLine(draft);
  change(draft, { modelLine: { ...draft.state.modelLine, brokeAt: since, attempts: attempts + 1 } });
  draft.effects.push({ type: 'set_timer', id: RECONNECT_TIMER, dueAt: draft.at + wait });
  if (isOwed) cover(draft);
}

export function onReconnectTimer(draft: Draft): void {
  if (draft.state.modelLost || draft.state.phase === 'ended') return;
  draft.effects.push({ type: 'reconnect_model' });
}

/** The session nears its longest life: a silent moment is used to change to a new one. */
export function onRotateTimer(draft: Draft): void {
  const { state } = draft;
  const { openedAt } = state.modelLine;
  if (!state.modelReady || state.hangup !== null || state.phase === 'ended' || openedAt === null) return;
  if (!isSilent(state) && draft.at < openedAt + ROTATE_AT_LATEST_MS) {
    draft.effects.push({ type: 'set_timer', id: ROTATE_TIMER, dueAt: draft.at + ROTATE_RETRY_MS });
    return;
  }
  draft.effects.push({ type: 'log', event: 'model_line_rotated', fields: {} });
  breakLine(draft);
  change(draft, { modelLine: { ...draft.state.modelLine, brokeAt: draft.at, attempts: 0 } });
  draft.effects.push({ type: 'reconnect_model' });
}

function isSilent(state: CallState): boolean {
  const isOutstanding = state.turns.some((turn) => turn.speaker === 'caller' && !turn.settled);
  return (
    state.slot.status === 'free' &&
    state.wants.length === 0 &&
    state.openTools.length === 0 &&
    state.utterances.length === 0 &&
    !state.callerSpeaking &&
    !isOutstanding &&
    isIdle(state.playout)
  );
}

/** Forgets everything that lived on the old line; returns whether the caller is owed a reply. */
function breakLine(draft: Draft): boolean {
  const { at } = draft;
  // What the caller said last without its words being known is sent again and becomes a turn again.
  const isWordless = (turn: Turn) => turn.speaker === 'caller' && !turn.settled;
  const isUnheard = (turn: Turn) => isWordless(turn) && at - (turn.endedMs ?? at) < TAPE_MS;
  const isSaying = draft.state.utterances.length > 0 || draft.state.turns.some(isUnheard);
  // A mere noise that silenced the agent is none the more a turn because the line broke: it goes on when that is clear.
  if (isSaying) takeFloor(draft);
  const { state } = draft;
  const owed = owedReply(state);
  const isAskedAlready = owed !== null && isPlain(owed) && state.wants.some(isPlain);
  const notes = owed !== null && isHalfSaid(state) ? [CONTINUE] : [];
  change(draft, {
    modelReady: false,
    turns: state.turns
      .filter((turn) => !isUnheard(turn))
      // Words that have not come over the line by now will not come over another.
      .map((turn) => ({ ...turn, memory: 'none', settled: turn.settled || isWordless(turn) })),
    utterances: [],
    undecided: [],
    callerSpeaking: false,
    evidence: NO_EVIDENCE,
    slot: { status: 'free' },
    wants: owed === null || isSaying || isAskedAlready ? state.wants : [owed, ...state.wants],
    toolReplyOwed: state.toolReplyOwed && state.openTools.length > 0,
    failedReplies: 0,
    // The next line has not been asked for it.
    preface: state.preface === null ? null : { ...state.preface, told: false },
    modelLine: { ...state.modelLine, notes, orphanTools: state.openTools },
  });
  draft.effects.push({ type: 'clear_timer', id: REPLY_TIMER }, { type: 'clear_timer', id: ROTATE_TIMER });
  for (const { itemId } of state.playout.items) onAudioDone(draft, itemId);
  return owed !== null || isSaying || state.wants.length > 0;
}

/** The reply that was asked for and is not complete. */
function owedReply(state: CallState): Want | null {
  const { slot } = state;
  if (slot.status === 'free') return state.toolReplyOwed && state.openTools.length === 0 ? PLAIN_REPLY : null;
  if (slot.cancelled) return null;
  return isHalfSaid(state) ? PLAIN_REPLY : slot.want;
}

function isHalfSaid({ slot }: CallState): boolean {
  return slot.status === 'active' && !slot.silent && !slot.cancelled;
}

/** The caller is not left in silence meanwhile. */
function cover(draft: Draft): void {
  if (draft.state.callerSpeaking || draft.state.streamOver) return;
  const line = anyLineFor(draft, ENGINE_LINES.reconnecting[0]);
  if (line !== null) playLine(draft, line);
}

/** A tool that was called over the old line: the model is told its result as text, and answers. */
export function onOrphanResult(draft: Draft, event: Extract<CallEvent, { type: 'tool_result' }>, output: string): void {
  const { modelLine, modelReady } = draft.state;
  const orphanTools = modelLine.orphanTools.filter((callId) => callId !== event.callId);
  change(draft, { modelLine: { ...modelLine, orphanTools } });
  if (modelReady) tellModel(draft, resultNote(event, output));
}

/** Notes what a tool returned: a model that comes after this one would else call it again. */
export function keepResult(draft: Draft, event: Extract<CallEvent, { type: 'tool_result' }>, output: string): void {
  const { modelLine } = draft.state;
  const results = [...modelLine.results, resultNote(event, output)].slice(-RESULTS_KEPT);
  change(draft, { modelLine: { ...modelLine, results } });
}

function resultNote({ name }: Extract<CallEvent, { type: 'tool_result' }>, output: string): string {
  return `The function ${name} has returned: ${output}`;
}
