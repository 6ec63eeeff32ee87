import { isBackchannel } from '../../hebrew/confirm.ts';
import { isGhost } from '../../hebrew/ghosts.ts';
import { isRepeatedSegment } from '../../hebrew/loops.ts';
import { isEchoOf } from '../../hebrew/similar.ts';
import { bytesToMs, rmsLevel } from '../audio/mulaw.ts';
import { forgetUnheard } from './agent-flow.ts';
import type { CallEvent } from './events.ts';
import { PROVEN_SPEECH_MIN_MS, hear, provenSpeechMs } from './evidence.ts';
import { awaitWords, giveBack, onFloorTimer, takeFloor } from './interruption.ts';
import { noteOptOut } from './opt-out.ts';
import { isIdle } from './playout.ts';
import { cancelReplies, wantReply } from './replies.ts';
import { type Draft, PLAIN_REPLY, type Utterance, change } from './state.ts';
import { WORDS_TIMER } from './timers.ts';
import { type Turn, emptyTurn, findTurn, insertTurn, lastHeardAgentTurn, updateTurn } from './turns.ts';

/** The caller's side of the conversation: audio to the model, utterances, their words, and whether to answer. */

/**
 * Speech this short while the agent speaks on may be a mere «כן» or «אהה»: the answer waits for its words.
 * A backchannel of two syllables voices 200–500 ms.
 */
const MAYBE_BACKCHANNEL_MS = 600;

/** The agent's own last word may come back as an echo: right behind it a turn takes more speech than a click. */
const COOLDOWN_MS = 250;
const COOLDOWN_SPEECH_MS = 160;

/** Words that decide about an answer are waited for this long; usually they are known within a second. */
const WORDS_LIMIT_MS = 3000;

export function onCallerAudio(draft: Draft, event: Extract<CallEvent, { type: 'caller_audio' }>): void {
  const { state } = draft;
  if (state.phase === 'ended' || state.modelLost) return;
  const durationMs = bytesToMs(event.frame.length);
  if (state.holders.length > 0) {
    change(draft, { heldMs: state.heldMs + durationMs });
    return;
  }
  const { payload, level } = event;
  if (!state.modelReady) change(draft, { waitingAudio: [...state.waitingAudio, { payload, level, durationMs }] });
  else passOn(draft, payload, level, durationMs);
}

function passOn(draft: Draft, payload: string, level: number, durationMs: number): void {
  change(draft, { evidence: hear(draft.state.evidence, level, durationMs) });
  draft.effects.push({ type: 'model', command: { type: 'append', audio: payload } });
}

/** The model is ready: what the caller said meanwhile reaches it first, in order. */
export function passWaitingAudio(draft: Draft): void {
  const waiting = draft.state.waitingAudio;
  change(draft, { waitingAudio: [] });
  for (const { payload, level, durationMs } of waiting) passOn(draft, payload, level, durationMs);
}

/** Audio of a line that broke goes to the next one, before what has come since. */
export function onCallerReplay(draft: Draft, payloads: readonly string[]): void {
  const replayed = payloads.map((payload) => {
    const frame = Buffer.from(payload, 'base64');
    return { payload, level: rmsLevel(frame), durationMs: bytesToMs(frame.length) };
  });
  change(draft, { waitingAudio: [...replayed, ...draft.state.waitingAudio] });
}

export function onSpeechStarted(draft: Draft, itemId: string, audioStartMs: number): void {
  const utterance: Utterance = {
    itemId,
    startedAt: draft.at,
    audioStartMs,
    audioEndMs: null,
    answers: lastHeardAgentTurn(draft.state.turns)?.text ?? null,
  };
  const others = draft.state.utterances.filter((known) => known.itemId !== itemId);
  change(draft, { utterances: [...others, utterance], callerSpeaking: true });
  if (draft.state.phase !== 'ended') draft.notices.push({ hook: 'onCallerSpeechStarted', args: [] });
}

export function onSpeechStopped(draft: Draft, itemId: string, audioEndMs: number): void {
  change(draft, {
    utterances: draft.state.utterances.map((known) => (known.itemId === itemId ? { ...known, audioEndMs } : known)),
    callerSpeaking: false,
  });
  if (draft.state.phase !== 'ended') draft.notices.push({ hook: 'onCallerSpeechStopped', args: [] });
}

/** The utterance became a turn. A reply follows at once when our own audio proves speech. */
export function onCommitted(draft: Draft, itemId: string, previousItemId: string | null): void {
  if (findTurn(draft.state.turns, itemId) !== undefined) return;
  const known = draft.state.utterances.find((utterance) => utterance.itemId === itemId);
  const proven =
    known === undefined
      ? 0
      : provenSpeechMs(draft.state.evidence, known.audioStartMs, known.audioEndMs ?? draft.state.evidence.passedMs);
  const isClear = isServersTurn(draft) || proven >= enoughSpeech(draft, known?.startedAt ?? draft.at);
  const wasInterrupted = draft.state.interruption !== null;
  // The agent turn that this one cut short is what it answers: it ends before this one is noted.
  if (isClear && draft.state.hangup === null) takeFloor(draft);
  const { state } = draft;
  change(draft, {
    callerSpeaking: false,
    utterances: state.utterances.filter((utterance) => utterance.itemId !== itemId),
    turns: insertTurn(
      state.turns,
      {
        ...emptyTurn(itemId, 'caller', 'audio'),
        startedMs: known?.startedAt ?? draft.at,
        endedMs: draft.at,
        provenSpeechMs: proven,
        answers: (wasInterrupted ? undefined : known?.answers) ?? lastHeardAgentTurn(state.turns)?.text ?? null,
      },
      previousItemId,
    ),
  });
  if (state.phase === 'ended') return;
  draft.notices.push({ hook: 'onCallerCommitted', args: [{ at: draft.at, itemId, provenSpeechMs: proven }] });
  if (state.hangup !== null) return;
  if (isClear) return answer(draft);
  change(draft, { undecided: [...draft.state.undecided, itemId] });
  draft.effects.push({ type: 'set_timer', id: WORDS_TIMER, dueAt: draft.at + WORDS_LIMIT_MS });
  awaitWords(draft, itemId);
}

/** Whose turn it is the model's own VAD decides, for businesses that chose so. */
function isServersTurn(draft: Draft): boolean {
  return draft.state.config.turnTaking === 'server';
}

/** Proven speech, ms, that makes an utterance a turn before its words are known. */
function enoughSpeech(draft: Draft, startedAt: number): number {
  if (isOverAgent(draft)) return MAYBE_BACKCHANNEL_MS;
  const last = lastHeardAgentTurn(draft.state.turns);
  const endedMs = last?.endedMs ?? null;
  const isEchoTime = endedMs !== null && startedAt - endedMs < COOLDOWN_MS;
  return isEchoTime ? COOLDOWN_SPEECH_MS : PROVEN_SPEECH_MIN_MS;
}

/** Asks for a reply. One that was begun for the first half of what the caller said, and is not heard yet, gives way. */
function answer(draft: Draft): void {
  takeFloor(draft);
  if (isServersTurn(draft)) return;
  const { slot } = draft.state;
  const isUnheard = slot.status === 'requested' || (slot.status === 'active' && slot.silent);
  if (isUnheard && slot.want.kind === 'reply') {
    cancelReplies(draft);
    forgetUnheard(draft);
  }
  // This reply knows what the tools returned so far.
  change(draft, { toolReplyOwed: false });
  wantReply(draft, PLAIN_REPLY);
}

/** The words of an utterance are known. Ghosts, words that recognition makes up out of silence, are no words. */
export function onTranscript(draft: Draft, itemId: string, heard: string): void {
  const turn = findTurn(draft.state.turns, itemId);
  if (turn === undefined || turn.speaker !== 'caller' || turn.settled) return;
  const words = heard.trim();
  const made = whatMadeUp(draft, turn, words);
  if (made !== null) draft.effects.push({ type: 'log', event: made, fields: { provenSpeechMs: turn.provenSpeechMs } });
  const text = made === null ? words : '';
  change(draft, { turns: updateTurn(draft.state.turns, itemId, { text, settled: true }) });
  noteOptOut(draft, text, turn.provenSpeechMs);
  decide(draft, itemId, text !== '' && !(isOverAgent(draft) && isBackchannel(text)));
  if (draft.state.phase === 'ended') return;
  if (text === '') {
    draft.notices.push({ hook: 'onCallerNoise', args: [{ at: draft.at, itemId }] });
    return;
  }
  draft.notices.push({
    hook: 'onCallerTurn',
    args: [{ at: draft.at, itemId, text, provenSpeechMs: turn.provenSpeechMs, answers: turn.answers }],
  });
}

/** Why words are none of the caller's: recognition made them up, or the line sent the agent's own back. Null: they are. */
function whatMadeUp(draft: Draft, turn: Turn, words: string): 'ghost_transcript_dropped' | 'echo_dropped' | null {
  if (words === '') return null;
  if (isGhost(words, turn.provenSpeechMs)) return 'ghost_transcript_dropped';
  const { turns } = draft.state;
  const before = turns
    .slice(0, turns.indexOf(turn))
    .findLast((other) => other.speaker === 'caller' && other.text !== '');
  if (before !== undefined && isRepeatedSegment(words, before.text, turn.provenSpeechMs))
    return 'ghost_transcript_dropped';
  const agent = turns.findLast(
    (other) => other.speaker === 'agent' && (other.startedMs ?? Infinity) < (turn.startedMs ?? 0),
  );
  const isOver = agent !== undefined && (agent.endedMs ?? Infinity) + COOLDOWN_MS > (turn.startedMs ?? 0);
  return isOver && isEchoOf(words, agent.text) ? 'echo_dropped' : null;
}

export function onTranscriptFailed(draft: Draft, itemId: string): void {
  const turn = findTurn(draft.state.turns, itemId);
  if (turn === undefined || turn.settled) return;
  change(draft, { turns: updateTurn(draft.state.turns, itemId, { settled: true }) });
  draft.effects.push({ type: 'log', event: 'transcription_failed', fields: { itemId } });
  decide(draft, itemId, turn.provenSpeechMs >= PROVEN_SPEECH_MIN_MS);
}

function isOverAgent(draft: Draft): boolean {
  return draft.state.interruption !== null || !isIdle(draft.state.playout);
}

/** The words that should tell a backchannel from a turn did not come in time: the audio alone decides. */
export function onUndecidedFloor(draft: Draft): void {
  const itemId = onFloorTimer(draft);
  if (itemId !== null) decideByAudio(draft, itemId);
}

/** The same where the agent was not silenced: a transcription that never comes must not leave an answer unanswered. */
export function onWordlessTurns(draft: Draft): void {
  for (const itemId of draft.state.undecided) decideByAudio(draft, itemId);
}

function decideByAudio(draft: Draft, itemId: string): void {
  decide(draft, itemId, (findTurn(draft.state.turns, itemId)?.provenSpeechMs ?? 0) >= PROVEN_SPEECH_MIN_MS);
}

/** Answers, or not, an utterance whose words had to be waited for. */
function decide(draft: Draft, itemId: string, deserved: boolean): void {
  if (!draft.state.undecided.includes(itemId)) return;
  change(draft, { undecided: draft.state.undecided.filter((candidate) => candidate !== itemId) });
  if (draft.state.hangup !== null || draft.state.phase === 'ended') return;
  if (deserved) answer(draft);
  else giveBack(draft, itemId);
}
