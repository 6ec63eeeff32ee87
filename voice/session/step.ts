import { ENGINE_LINES } from '../lines.ts';
import type { ModelEvent } from '../model/speech-model.ts';
import { dropSilentTurns, onAgentAudio, onItemAdded, onWords, onWordsDone } from './agent-flow.ts';
import {
  onCallerAudio,
  onCallerReplay,
  onCommitted,
  onSpeechStarted,
  onSpeechStopped,
  onTranscript,
  onTranscriptFailed,
  onUndecidedFloor,
  onWordlessTurns,
} from './caller-flow.ts';
import {
  HANG_UP_LIMIT_TIMER,
  HANG_UP_TIMER,
  LAST_WORDS_TIMER,
  MAX_CALL_TIMER,
  SETTLE_TIMER,
  STREAM_TIMER,
  decideHangup,
  hangUpWhenHeard,
  onHangUpLimit,
  onHangUpResult,
  onHangUpTimer,
  onLastWordsTimer,
  onLineOver,
  onModelLost,
  onStreamEnded,
  onStreamTimer,
  settle,
  settleWhenTranscribed,
} from './closing.ts';
import type { CallEvent } from './events.ts';
import { coverTool, onFillerTimer, uncoverTool } from './fillers.ts';
import { FLOOR_TIMER, interruptAgent, offerFloor, waitForCaller } from './interruption.ts';
import {
  keepResult,
  onModelClosed,
  onModelReady,
  onOrphanResult,
  onReconnectTimer,
  onRotateTimer,
} from './model-line.ts';
import { forgetItem } from './memory.ts';
import { PUMP_TIMER, onAudioDone, onMark, pausePlayout, pumpPlayout } from './playout-flow.ts';
import { setPreface } from './preface.ts';
import {
  REPLY_TIMER,
  type ReplyOutcome,
  advanceReplies,
  onCreateRefused,
  onForeignResponse,
  onReplyTimeout,
  onResponseAlive,
  onResponseCreated,
  onResponseDone,
  sayWant,
  wantReply,
} from './replies.ts';
import { type CallState, type Draft, type StepResult, change, modelEventId } from './state.ts';
import { FILLER_TIMER, RECONNECT_TIMER, ROTATE_TIMER, WARNING_TIMER, WORDS_TIMER } from './timers.ts';
import { changedRecords } from './turns.ts';

/** The caller is warned this long before the longest allowed call is over, or at four fifths of a short one. */
const WARNING_MS = 60_000;
const WARNING_SHARE = 0.8;
/** A call this short is over before a warning would help. */
const SHORTEST_WARNED_MS = 30_000;

/**
 * Decides what one event does to a call. Pure: no clock, no socket, no randomness; the same list of events gives
 * the same list of effects. `notices` are what the plugins are to be told; their commands come back as events.
 */
export function step(state: CallState, event: CallEvent): StepResult {
  const draft: Draft = { state, at: event.at, effects: [], notices: [] };
  apply(draft, event);
  hangUpWhenHeard(draft);
  settleWhenTranscribed(draft);
  const records = changedRecords(state.turns, draft.state.turns);
  if (records.length > 0) draft.effects.unshift({ type: 'save_turns', records });
  return draft;
}

function apply(draft: Draft, event: CallEvent): void {
  switch (event.type) {
    case 'stream_started':
      setCallLimits(draft);
      draft.notices.push({ hook: 'onCallStart', args: [] });
      return;
    case 'caller_audio':
      return onCallerAudio(draft, event);
    case 'dtmf':
      return onDtmf(draft, event);
    case 'mark':
      return onMark(draft, event.name);
    case 'stream_ended':
      return onStreamEnded(draft, event.how);
    case 'line_over':
      return onLineOver(draft);
    case 'end_requested':
      return decideHangup(draft, 'ended_by_staff', null);
    case 'caller_replay':
      return onCallerReplay(draft, event.payloads);
    case 'model':
      // Settled is settled: what the closing socket still brings is written nowhere.
      if (!draft.state.settled) onModelEvent(draft, event.event);
      return;
    case 'timer':
      return onTimer(draft, event.id);
    case 'command':
      return onCommand(draft, event);
    case 'tool_result':
      return onToolResult(draft, event);
    case 'hang_up_result':
      return onHangUpResult(draft, event.outcome);
  }
}

/** The longest allowed call, and the warning before it. */
function setCallLimits(draft: Draft): void {
  const { maxCallMs } = draft.state.config;
  draft.effects.push({ type: 'set_timer', id: MAX_CALL_TIMER, dueAt: draft.at + maxCallMs });
  if (maxCallMs < SHORTEST_WARNED_MS) return;
  const warnAt = Math.max(maxCallMs - WARNING_MS, maxCallMs * WARNING_SHARE);
  draft.effects.push({ type: 'set_timer', id: WARNING_TIMER, dueAt: draft.at + warnAt });
}

function onModelEvent(draft: Draft, event: ModelEvent): void {
  switch (event.type) {
    case 'ready':
      return onModelReady(draft);
    case 'usage':
      draft.effects.push({ type: 'usage', usage: event.usage });
      return;
    case 'speech_started':
      return onSpeechStarted(draft, event.itemId, event.audioStartMs);
    case 'speech_stopped':
      return onSpeechStopped(draft, event.itemId, event.audioEndMs);
    case 'committed':
      onCommitted(draft, event.itemId, event.previousItemId);
      // A tool's result that came while the caller spoke is answered now, where what they said was no turn to answer.
      if (draft.state.toolReplyOwed && draft.state.slot.status === 'free') goOn(draft, 'done');
      return;
    case 'transcript':
      return onTranscript(draft, event.itemId, event.text);
    case 'transcript_failed':
      return onTranscriptFailed(draft, event.itemId);
    case 'response_created':
      if (draft.state.phase !== 'ended') onResponseCreated(draft, event.responseId);
      return;
    case 'item_added':
      if (draft.state.phase === 'ended') return;
      // Nobody hears what a cancelled response still says: the model must not believe that it was said.
      if (draft.state.dropped.includes(event.responseId)) return forgetItem(draft, event.itemId);
      if (event.kind === 'message') onItemAdded(draft, event.responseId, event.itemId);
      return;
    case 'audio':
      if (draft.state.phase === 'ended') return;
      waitForCaller(draft);
      return onAgentAudio(draft, event);
    case 'audio_done':
      return onAudioDone(draft, event.itemId);
    case 'words':
      return onWords(draft, event.itemId, event.delta);
    case 'words_done':
      return onWordsDone(draft, event.itemId, event.text);
    case 'tool_call':
      if (draft.state.phase === 'ended' || draft.state.dropped.includes(event.responseId)) return;
      onResponseAlive(draft, event.responseId);
      change(draft, { openTools: [...draft.state.openTools, event.callId] });
      draft.effects.push({ type: 'run_tool', callId: event.callId, name: event.name, args: event.args });
      coverTool(draft);
      return;
    case 'response_done':
      return onDone(draft, event);
    case 'error':
      return onModelError(draft, event);
    case 'closed':
      return onModelClosed(draft, event);
  }
}

function onDone(draft: Draft, event: Extract<ModelEvent, { type: 'response_done' }>): void {
  const { responseId, code, permanent } = event;
  for (const item of draft.state.playout.items) if (item.responseId === responseId) onAudioDone(draft, item.itemId);
  const outcome = onResponseDone(draft, { responseId, status: event.status, permanent });
  if (outcome !== 'not_ours') dropSilentTurns(draft);
  if (outcome === 'lost') onModelLost(draft, code ?? 'response_failed');
  else goOn(draft, outcome);
}

function onModelError(draft: Draft, event: Extract<ModelEvent, { type: 'error' }>): void {
  const { code, eventId, permanent } = event;
  draft.effects.push({ type: 'log', event: 'model_error', fields: { code, eventId, permanent } });
  const { slot } = draft.state;
  if (permanent) onModelLost(draft, code);
  else if (slot.status === 'requested' && slot.eventId === eventId) {
    const outcome = onCreateRefused(draft, { code, permanent });
    if (outcome === 'lost') onModelLost(draft, code);
    else goOn(draft, outcome);
  } else if (slot.status === 'active' && slot.askedBy !== null && slot.askedBy === eventId) {
    onForeignResponse(draft);
  } else if (slot.status === 'active' && slot.cancelled && eventId?.startsWith('cancel_') === true) {
    // Nothing was left to cancel: its end has been said, or never will be.
    goOn(draft, onResponseDone(draft, { responseId: slot.responseId, status: 'cancelled', permanent: false }));
  }
}

/** After a response: the reply a tool's result calls for, or whatever else is owed. */
function goOn(draft: Draft, outcome: ReplyOutcome): void {
  if (outcome === 'not_ours') return;
  const { state } = draft;
  // While the caller speaks a tool's result waits: the answer to them will know it.
  if (state.toolReplyOwed && state.openTools.length === 0 && !state.callerSpeaking) {
    change(draft, { toolReplyOwed: false });
    wantReply(draft, { kind: 'tool_reply', instructions: null, text: null });
  }
  advanceReplies(draft);
}

function onDtmf(draft: Draft, { at, digit }: Extract<CallEvent, { type: 'dtmf' }>): void {
  if (draft.state.phase === 'ended') return;
  draft.effects.push({ type: 'side_event', event: { kind: 'dtmf', atMs: Math.round(at), digit } });
  draft.notices.push({ hook: 'onDtmf', args: [digit] });
}

function onToolResult(draft: Draft, event: Extract<CallEvent, { type: 'tool_result' }>): void {
  const { state } = draft;
  if (!state.openTools.includes(event.callId)) return;
  const eventId = modelEventId(draft, 'tool');
  const output = outputOf(event);
  change(draft, { openTools: state.openTools.filter((callId) => callId !== event.callId) });
  uncoverTool(draft);
  const { name, failure } = event;
  draft.effects.push({
    type: 'side_event',
    event: { kind: 'tool', atMs: Math.round(event.at), name, failed: failure !== null },
  });
  draft.notices.push({
    hook: 'onToolOutcome',
    args: [{ at: event.at, name: event.name, result: event.failure === null ? event.result : null }],
  });
  if (state.phase === 'ended' || state.modelLost) return;
  keepResult(draft, event, output);
  if (state.modelLine.orphanTools.includes(event.callId)) onOrphanResult(draft, event, output);
  else draft.effects.push({ type: 'model', command: { type: 'tool_output', eventId, callId: event.callId, output } });
  change(draft, { toolReplyOwed: true });
  // The reply may only be asked for after the response that called the tool is done.
  if (draft.state.slot.status === 'free') goOn(draft, 'done');
}

/** A tool's result as the model is told it. Nothing at all, or what is no JSON, is told as well: an output is owed. */
function outputOf({ result, failure }: Extract<CallEvent, { type: 'tool_result' }>): string {
  if (failure !== null) return JSON.stringify({ error: failure });
  try {
    return JSON.stringify(result ?? null) ?? 'null';
  } catch {
    return JSON.stringify({ error: 'the result cannot be read' });
  }
}

function onTimer(draft: Draft, id: string): void {
  const slash = id.indexOf('/');
  if (slash >= 0) {
    if (draft.state.phase === 'ended') return;
    draft.notices.push({ hook: 'onTimer', args: [id.slice(slash + 1)], only: id.slice(0, slash) });
    return;
  }
  switch (id) {
    case PUMP_TIMER:
      return pumpPlayout(draft);
    case FILLER_TIMER:
      return onFillerTimer(draft);
    case FLOOR_TIMER:
      return onUndecidedFloor(draft);
    case WORDS_TIMER:
      return onWordlessTurns(draft);
    case RECONNECT_TIMER:
      return onReconnectTimer(draft);
    case ROTATE_TIMER:
      return onRotateTimer(draft);
    case REPLY_TIMER: {
      const outcome = onReplyTimeout(draft);
      // What was given up says no more: its items are complete as they are.
      for (const { itemId, responseId } of draft.state.playout.items) {
        if (responseId !== null && draft.state.dropped.includes(responseId)) onAudioDone(draft, itemId);
      }
      if (outcome !== 'not_ours') draft.effects.push({ type: 'log', event: 'reply_timed_out', fields: { outcome } });
      if (outcome === 'lost') onModelLost(draft, 'reply_timeout');
      else goOn(draft, outcome);
      return;
    }
    case MAX_CALL_TIMER:
      return decideHangup(draft, 'max_duration', ENGINE_LINES.time_is_up[0]);
    case WARNING_TIMER:
      if (draft.state.hangup === null) wantReply(draft, sayWant(ENGINE_LINES.time_nearly_up[0]));
      return;
    case LAST_WORDS_TIMER:
      return onLastWordsTimer(draft);
    case HANG_UP_TIMER:
      return onHangUpTimer(draft);
    case HANG_UP_LIMIT_TIMER:
      return onHangUpLimit(draft);
    case STREAM_TIMER:
      return onStreamTimer(draft);
    case SETTLE_TIMER:
      return settle(draft);
  }
}

function onCommand(draft: Draft, event: Extract<CallEvent, { type: 'command' }>): void {
  const { command, plugin } = event;
  const { state } = draft;
  if (state.phase === 'ended' && command.type !== 'log') return;
  switch (command.type) {
    case 'say':
      if (state.hangup === null) wantReply(draft, sayWant(command.text));
      return;
    case 'preface':
      if (state.hangup === null) setPreface(draft, command.text);
      return;
    case 'prompt':
      if (state.hangup === null) wantReply(draft, { kind: 'prompt', instructions: command.instructions, text: null });
      return;
    case 'pause_playout':
      if (state.hangup === null) pausePlayout(draft, true);
      return;
    case 'resume_playout':
      return pausePlayout(draft, false);
    case 'interrupt':
      // Once a hang-up is decided the agent's last words are heard to their end.
      if (state.hangup === null) interruptAgent(draft);
      return;
    case 'offer_floor':
      if (state.hangup === null) offerFloor(draft);
      return;
    case 'hold_caller_audio':
      if (!state.holders.includes(plugin)) change(draft, { holders: [...state.holders, plugin] });
      return;
    case 'release_caller_audio':
      return change(draft, { holders: state.holders.filter((holder) => holder !== plugin) });
    case 'start_timer':
      draft.effects.push({ type: 'set_timer', id: `${plugin}/${command.id}`, dueAt: event.at + command.ms });
      return;
    case 'cancel_timer':
      draft.effects.push({ type: 'clear_timer', id: `${plugin}/${command.id}` });
      return;
    case 'mark':
      return change(draft, {
        leadCaptured: command.leadCaptured ?? state.leadCaptured,
        goodbyeDetected: command.goodbyeDetected ?? state.goodbyeDetected,
      });
    case 'end_call':
      return decideHangup(draft, command.reason, command.say ?? null);
    case 'log':
      draft.effects.push({ type: 'log', event: command.event, fields: { plugin, ...command.fields } });
      return;
  }
}
