import { giveFloor } from './agent-flow.ts';
import { provenSpeechMs } from './evidence.ts';
import { hold, isAudible, isIdle } from './playout.ts';
import { holdLine, resumeLine } from './playout-flow.ts';
import { advanceReplies } from './replies.ts';
import { type Draft, change } from './state.ts';

/**
 * The caller clearly speaks over the agent: the line is silent at once, but whether they take the floor is known only
 * when their utterance is a turn. A mere «כן» or «אהה», or a noise without words, gives it back: the agent goes on from
 * the very sample it stopped at, and the model never hears of it.
 */

export const FLOOR_TIMER = 'floor';

/** A caller who still speaks this long after the line was cleared has the floor. Also the wait for a short turn's words. */
const DECIDE_MS = 1500;
/** No turn came of it by then: it was a noise. */
const NOISE_MS = 2000;

/** Stops the agent for good. */
export function interruptAgent(draft: Draft): void {
  if (isAudible(draft.state.playout)) draft.effects.push({ type: 'clear_line' });
  dropInterruption(draft);
  giveFloor(draft);
}

/** Silences the agent until the caller's turn decides. */
export function offerFloor(draft: Draft): void {
  const { state } = draft;
  if (state.interruption !== null) return;
  if (!isAudible(state.playout)) return giveFloor(draft);
  holdLine(draft);
  // The last of it was just heard and nothing more comes: there is nothing to give back.
  if (isIdle(draft.state.playout) && draft.state.slot.status === 'free') return resumeLine(draft);
  change(draft, { interruption: { since: draft.at, itemId: null } });
  draft.effects.push({ type: 'set_timer', id: FLOOR_TIMER, dueAt: draft.at + DECIDE_MS });
}

/** Voice, ms, that proves that the caller is speaking and no noise keeps the model's VAD awake. */
const SPEAKING_MS = 120;

/**
 * The agent does not begin to talk over a caller who went on after what looked like the end of their turn: the reply
 * waits, and the turn they are in decides about it. Called before agent audio is queued.
 */
export function waitForCaller(draft: Draft): void {
  const { state } = draft;
  const { playout, evidence } = state;
  if (!state.callerSpeaking || state.hangup !== null || state.interruption !== null || !isIdle(playout)) return;
  const utterance = state.utterances.findLast((candidate) => candidate.audioEndMs === null);
  if (utterance === undefined) return;
  if (provenSpeechMs(evidence, utterance.audioStartMs, evidence.passedMs) < SPEAKING_MS) return;
  change(draft, { playout: hold(playout, draft.at).playout, interruption: { since: draft.at, itemId: null } });
  draft.effects.push({ type: 'set_timer', id: FLOOR_TIMER, dueAt: draft.at + DECIDE_MS });
}

/** The floor is the caller's. */
export function takeFloor(draft: Draft): void {
  if (draft.state.interruption === null) return;
  over(draft);
  giveFloor(draft);
}

/** A short utterance became a turn; its words decide. */
export function awaitWords(draft: Draft, itemId: string): void {
  const { interruption } = draft.state;
  if (interruption === null) return;
  change(draft, { interruption: { ...interruption, itemId } });
  draft.effects.push({ type: 'set_timer', id: FLOOR_TIMER, dueAt: draft.at + DECIDE_MS });
}

/** The words of a turn say that the caller wants nothing: the agent goes on, unless the caller is speaking again. */
export function giveBack(draft: Draft, itemId: string): void {
  const { interruption } = draft.state;
  if (interruption === null || interruption.itemId !== itemId) return;
  if (!draft.state.callerSpeaking) return resumeAgent(draft);
  change(draft, { interruption: { since: draft.at, itemId: null } });
  draft.effects.push({ type: 'set_timer', id: FLOOR_TIMER, dueAt: draft.at + DECIDE_MS });
}

/** Time is up. Returns the turn whose words did not come, for the caller of this to decide on its audio alone. */
export function onFloorTimer(draft: Draft): string | null {
  const { interruption, callerSpeaking } = draft.state;
  if (interruption === null) return null;
  if (callerSpeaking) takeFloor(draft);
  else if (interruption.itemId !== null) return interruption.itemId;
  else if (draft.at < interruption.since + NOISE_MS)
    draft.effects.push({ type: 'set_timer', id: FLOOR_TIMER, dueAt: interruption.since + NOISE_MS });
  else resumeAgent(draft);
  return null;
}

function resumeAgent(draft: Draft): void {
  const heldMs = draft.at - (draft.state.playout.held?.since ?? draft.at);
  over(draft);
  draft.effects.push({ type: 'log', event: 'agent_resumed', fields: { heldMs } });
  resumeLine(draft);
  advanceReplies(draft);
}

/** The question is moot: the call ends, or the line is gone. */
export function dropInterruption(draft: Draft): void {
  if (draft.state.interruption !== null) over(draft);
}

function over(draft: Draft): void {
  change(draft, { interruption: null });
  draft.effects.push({ type: 'clear_timer', id: FLOOR_TIMER });
}
