import type { ResponseStatus } from '../model/speech-model.ts';
import { lineFor, playLine } from './lines.ts';
import { BREAK_LOOP, isStuck } from './loop-guard.ts';
import { tellModel } from './memory.ts';
import { prefaced, speakPreface } from './preface.ts';
import { type Draft, PLAIN_REPLY, type Want, change, modelEventId } from './state.ts';

/**
 * The one writer of `create_response`. A model works on one response at a time; wishes queue here, equal ones
 * coalesce, and a response that fails or stays silent is asked for once more before the model counts as lost.
 */

/**
 * A response that began and of which neither audio nor its end came for this long is given up: it would block every
 * reply after it. Longer than the wait for a beginning, because a model may think between a sentence and a tool call.
 */
export const STALL_TIMEOUT_MS = 10_000;
/** Failures in a row after which the model counts as lost. */
export const MAX_FAILED_REPLIES = 2;
/** A cancelled response whose end is not reported after this long no longer blocks the next. */
const CANCEL_TIMEOUT_MS = 2000;
export const REPLY_TIMER = 'reply';

/** Puts words into the agent's mouth: the model is told to say exactly these. */
function sayInstructions(text: string): string {
  return `Say exactly the following in Hebrew, word for word, and nothing before or after it: «${text}»`;
}

/** A turn of the agent in these very words. */
export function sayWant(text: string): Want {
  return { kind: 'say', instructions: sayInstructions(text), text };
}

/** The model answers what was said and returned so far: one such answer is enough. */
export function isPlain(want: Want): boolean {
  return want.kind === 'reply' || want.kind === 'tool_reply';
}

/** Asks for an agent turn. Plain replies coalesce: two utterances in a row get one answer. */
export function wantReply(draft: Draft, want: Want): void {
  if (isPlain(want) && draft.state.wants.some(isPlain)) return;
  change(draft, { wants: [...draft.state.wants, want] });
  advanceReplies(draft);
}

/** Asks the model for the next response when it is free to give one; a line we hold the audio of needs no model. */
export function advanceReplies(draft: Draft): void {
  const { state } = draft;
  const want = state.wants[0];
  if (want === undefined || state.modelLost || state.streamOver || state.phase === 'ended') return;
  if (state.slot.status !== 'free' || state.openTools.length > 0 || state.interruption !== null) return;
  speakPreface(draft);
  const line = lineFor(draft, want.text);
  if (line !== null) {
    change(draft, { wants: draft.state.wants.slice(1) });
    playLine(draft, line);
    return advanceReplies(draft);
  }
  if (!state.modelReady) return;
  breakLoop(draft, want);
  const asked = prefaced(draft, want);
  const eventId = modelEventId(draft, 'create');
  change(draft, {
    wants: draft.state.wants.slice(1),
    slot: { status: 'requested', eventId, want: asked, cancelled: false },
  });
  draft.effects.push(
    {
      type: 'model',
      command: {
        type: 'create_response',
        eventId,
        ...(asked.instructions === null ? {} : { instructions: asked.instructions }),
      },
    },
    { type: 'set_timer', id: REPLY_TIMER, dueAt: draft.at + draft.state.config.timeouts.firstAudioMs },
  );
}

/** An agent that keeps saying the same is told so, once, before it answers again. */
function breakLoop(draft: Draft, want: Want): void {
  const stuck = want.kind === 'reply' && isStuck(draft.state.turns);
  if (stuck && !draft.state.loopBroken) {
    draft.effects.push({ type: 'log', event: 'agent_loop_broken', fields: {} });
    tellModel(draft, BREAK_LOOP);
  }
  if (stuck !== draft.state.loopBroken) change(draft, { loopBroken: stuck });
}

export function onResponseCreated(draft: Draft, responseId: string): void {
  const { slot } = draft.state;
  if (slot.status === 'active') {
    draft.effects.push({ type: 'log', event: 'second_response_ignored', fields: { responseId } });
    change(draft, { dropped: [...draft.state.dropped, responseId] });
    return;
  }
  // A response we did not ask for (the server may create one by itself) takes the slot like any other.
  const want: Want = slot.status === 'requested' ? slot.want : PLAIN_REPLY;
  const cancelled = slot.status === 'requested' && slot.cancelled;
  const askedBy = slot.status === 'requested' ? slot.eventId : null;
  change(draft, { slot: { status: 'active', responseId, askedBy, want, silent: true, cancelled } });
  if (cancelled) cancelActive(draft, responseId);
  // One the model began by itself: its audio is still to come.
  else if (askedBy === null && draft.state.interruption === null) speakPreface(draft);
}

/** The response shows life: its audio or a tool call came. */
export function onResponseAlive(draft: Draft, responseId: string): void {
  const { slot } = draft.state;
  if (slot.status !== 'active' || slot.responseId !== responseId || slot.cancelled) return;
  if (slot.silent) change(draft, { slot: { ...slot, silent: false } });
  draft.effects.push({ type: 'set_timer', id: REPLY_TIMER, dueAt: draft.at + STALL_TIMEOUT_MS });
}

/**
 * Stops the response being made, if any, and forgets every answer still owed: what the caller says next calls for
 * another. What a plugin wants said stays owed. Late audio of the response is dropped.
 */
export function cancelReplies(draft: Draft): void {
  const { slot, wants } = draft.state;
  change(draft, { wants: wants.filter((want) => want.kind === 'say' || want.kind === 'prompt'), toolReplyOwed: false });
  if (slot.status === 'requested') change(draft, { slot: { ...slot, cancelled: true } });
  if (slot.status === 'active' && !slot.cancelled) {
    change(draft, { slot: { ...slot, cancelled: true } });
    cancelActive(draft, slot.responseId);
  }
}

function cancelActive(draft: Draft, responseId: string): void {
  const eventId = modelEventId(draft, 'cancel');
  change(draft, { dropped: [...draft.state.dropped, responseId] });
  draft.effects.push(
    { type: 'model', command: { type: 'cancel_response', eventId, responseId } },
    { type: 'set_timer', id: REPLY_TIMER, dueAt: draft.at + CANCEL_TIMEOUT_MS },
  );
}

/** What became of the response in the slot, for the caller of {@link onResponseDone} to act on. */
export type ReplyOutcome = 'done' | 'retried' | 'lost' | 'not_ours';

/** The response ended; the slot is free again. Failed and empty ones are asked for again, unless trying cannot help. */
export function onResponseDone(
  draft: Draft,
  done: { readonly responseId: string; readonly status: ResponseStatus; readonly permanent: boolean },
): ReplyOutcome {
  const { slot } = draft.state;
  if (slot.status !== 'active' || (slot.responseId !== done.responseId && slot.responseId !== UNKNOWN_RESPONSE)) {
    return 'not_ours';
  }
  change(draft, { slot: { status: 'free' } });
  draft.effects.push({ type: 'clear_timer', id: REPLY_TIMER });
  // Speaking is no success yet: a model that breaks off in every sentence would begin again for ever.
  if (!slot.silent && done.status !== 'failed') change(draft, { failedReplies: 0 });
  if (slot.cancelled || done.status === 'cancelled') return 'done';
  if (done.status === 'failed') return retry(draft, slot.want, done.permanent);
  // Neither a sound nor a tool call: the caller would wait in silence. Asked once more; a model that still has nothing
  // to say is no reason to end the call.
  return slot.silent && draft.state.failedReplies === 0 ? retry(draft, slot.want, false) : 'done';
}

/** Stands for the id of a response that was already running when ours was refused. */
const UNKNOWN_RESPONSE = '';

/** A `create_response` was refused. */
export function onCreateRefused(
  draft: Draft,
  error: { readonly code: string; readonly permanent: boolean },
): ReplyOutcome {
  const { slot } = draft.state;
  if (slot.status !== 'requested') return 'not_ours';
  draft.effects.push({ type: 'clear_timer', id: REPLY_TIMER });
  if (error.code === 'conversation_already_has_active_response') {
    // Its end frees the slot; should the end never be reported, time does.
    draft.effects.push({
      type: 'set_timer',
      id: REPLY_TIMER,
      dueAt: draft.at + draft.state.config.timeouts.firstAudioMs,
    });
    const wants = slot.cancelled ? draft.state.wants : [slot.want, ...draft.state.wants];
    const active = { status: 'active', responseId: UNKNOWN_RESPONSE, askedBy: null, want: slot.want } as const;
    change(draft, { wants, slot: { ...active, silent: true, cancelled: true } });
    return 'retried';
  }
  change(draft, { slot: { status: 'free' } });
  return slot.cancelled ? 'done' : retry(draft, slot.want, error.permanent);
}

/**
 * A request was refused after a response had begun that was taken for its answer: the model speaks by itself, and what
 * was asked for is still owed. Its own answer to the caller is as good as the plain one that was asked for.
 */
export function onForeignResponse(draft: Draft): void {
  const { slot, wants } = draft.state;
  if (slot.status !== 'active') return;
  const isOwed = slot.want.kind !== 'reply' && !slot.cancelled;
  change(draft, {
    slot: { ...slot, askedBy: null, want: PLAIN_REPLY },
    wants: isOwed ? [slot.want, ...wants] : wants,
  });
}

/** The reply timer fired: the model has been silent too long, or does not report the end of what was cancelled. */
export function onReplyTimeout(draft: Draft): ReplyOutcome {
  const { slot } = draft.state;
  if (slot.status === 'free') return 'not_ours';
  if (slot.status === 'active' && !slot.cancelled) {
    // The next is asked for when this one's end is reported: two at once are refused.
    change(draft, { slot: { ...slot, cancelled: true } });
    cancelActive(draft, slot.responseId);
    return slot.silent ? retry(draft, slot.want, false) : 'done';
  }
  change(draft, { slot: { status: 'free' } });
  // A response that is not ours and never ends: asking again and again would be refused for ever.
  if (slot.status === 'active' && slot.responseId === UNKNOWN_RESPONSE) return countFailure(draft, false);
  return slot.cancelled ? 'done' : retry(draft, slot.want, false);
}

function retry(draft: Draft, want: Want, permanent: boolean): ReplyOutcome {
  const outcome = countFailure(draft, permanent);
  if (outcome === 'retried') change(draft, { wants: [want, ...draft.state.wants] });
  return outcome;
}

function countFailure(draft: Draft, permanent: boolean): ReplyOutcome {
  const failedReplies = draft.state.failedReplies + 1;
  change(draft, { failedReplies });
  return permanent || failedReplies >= MAX_FAILED_REPLIES ? 'lost' : 'retried';
}
