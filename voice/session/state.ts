import type { CallView, EndReason } from '../plugin.ts';
import type { CallConfig } from './config.ts';
import type { Effect, Notice } from './effects.ts';
import { type Evidence, NO_EVIDENCE } from './evidence.ts';
import { EMPTY_PLAYOUT, type Playout, isAudible } from './playout.ts';
import { type Turn, lastHeardAgentTurn } from './turns.ts';

/** A reply the agent owes. `instructions` null: the model answers the conversation as it stands. */
export interface Want {
  readonly kind: 'reply' | 'tool_reply' | 'say' | 'prompt';
  readonly instructions: string | null;
  /** The very words of a `say`; null for the others. */
  readonly text: string | null;
}

/** The model answers the conversation as it stands. */
export const PLAIN_REPLY: Want = { kind: 'reply', instructions: null, text: null };

/** A sentence that the agent's next words begin with, whoever makes them. */
export interface Preface {
  readonly text: string;
  /** The model was asked to begin with it and has not spoken since. */
  readonly told: boolean;
}

/** The line was cleared because the caller clearly spoke; whether they take the floor is not decided yet. */
export interface Interruption {
  readonly since: number;
  /** The caller's turn whose words decide; null before there is one. */
  readonly itemId: string | null;
}

/** The one response the model works on. `silent` until its first audio arrived. */
export type ReplySlot =
  | { readonly status: 'free' }
  | { readonly status: 'requested'; readonly eventId: string; readonly want: Want; readonly cancelled: boolean }
  | {
      readonly status: 'active';
      readonly responseId: string;
      /** The request it is taken to answer; null for one the model began by itself. */
      readonly askedBy: string | null;
      readonly want: Want;
      readonly silent: boolean;
      readonly cancelled: boolean;
    };

/** A caller's utterance between the VAD's first sign and its words. */
export interface Utterance {
  readonly itemId: string;
  readonly startedAt: number;
  readonly audioStartMs: number;
  readonly audioEndMs: number | null;
  /** The agent turn heard last when it began. */
  readonly answers: string | null;
}

/** The line to the model: when it opened, since when it is broken, and what it took with it. */
export interface ModelLine {
  /** Ms on the call's clock; null while none is open. */
  readonly openedAt: number | null;
  readonly brokeAt: number | null;
  /** Attempts to open it again since it broke. */
  readonly attempts: number;
  /** Tool calls made over a line that is gone: their results are told as text. */
  readonly orphanTools: readonly string[];
  /** What tools have returned in this call, as text, the latest ones. */
  readonly results: readonly string[];
  /** What else the next line is told behind the conversation. */
  readonly notes: readonly string[];
}

/** How far the hang-up is. */
export interface Hangup {
  readonly reason: EndReason;
  /** A farewell still to be asked for. */
  readonly say: string | null;
  /** last_words: the agent is heard to its end · hanging_up: REST asked · closing_stream: the socket closes instead. */
  readonly stage: 'last_words' | 'hanging_up' | 'closing_stream';
  /** When REST was first asked; null before. */
  readonly askedAt: number | null;
}

/** The whole state of a call. Immutable: a step makes a new one. */
export interface CallState {
  readonly config: CallConfig;
  readonly phase: CallView['phase'];
  readonly modelReady: boolean;
  readonly modelLost: boolean;
  /** The media stream is gone although the call may not be over: nobody hears what is said now. */
  readonly streamOver: boolean;
  /** Plugins that withhold caller audio. */
  readonly holders: readonly string[];
  readonly heldMs: number;
  /** Caller audio from before the model was ready, in order. */
  readonly waitingAudio: readonly { readonly payload: string; readonly level: number; readonly durationMs: number }[];
  readonly evidence: Evidence;
  readonly utterances: readonly Utterance[];
  readonly callerSpeaking: boolean;
  readonly turns: readonly Turn[];
  readonly playout: Playout;
  /** Audio of these responses is no longer wanted. */
  readonly dropped: readonly string[];
  readonly interruption: Interruption | null;
  readonly slot: ReplySlot;
  readonly wants: readonly Want[];
  /** What the agent's next words begin with. */
  readonly preface: Preface | null;
  /** Tool calls whose results are outstanding. */
  readonly openTools: readonly string[];
  /** A tool result was given to the model and its next reply is owed. */
  readonly toolReplyOwed: boolean;
  readonly hangup: Hangup | null;
  readonly leadCaptured: boolean;
  readonly goodbyeDetected: boolean;
  /** The caller asked never to be called again. */
  readonly optedOut: boolean;
  readonly endReason: EndReason | null;
  readonly settled: boolean;
  /** Committed utterances whose reply waits for their words: too little voice, or spoken while the agent spoke on. */
  readonly undecided: readonly string[];
  /** Lines spoken without the model, for their ids. */
  readonly spokenLines: number;
  /** Fillers spoken while tools ran. */
  readonly spokenFillers: number;
  /** The agent was told to break out of a loop, and has not spoken since. */
  readonly loopBroken: boolean;
  /** How the line to the model fared. */
  readonly modelLine: ModelLine;
  /** Counts our events to the model, for their ids. */
  readonly modelEvents: number;
  /** Consecutive failed responses. */
  readonly failedReplies: number;
}

export function initialState(config: CallConfig): CallState {
  return {
    config,
    phase: 'warmup',
    modelReady: false,
    modelLost: false,
    streamOver: false,
    holders: [],
    heldMs: 0,
    waitingAudio: [],
    evidence: NO_EVIDENCE,
    utterances: [],
    callerSpeaking: false,
    turns: [],
    playout: EMPTY_PLAYOUT,
    dropped: [],
    interruption: null,
    slot: { status: 'free' },
    wants: [],
    preface: null,
    openTools: [],
    toolReplyOwed: false,
    hangup: null,
    leadCaptured: false,
    goodbyeDetected: false,
    optedOut: false,
    endReason: null,
    settled: false,
    undecided: [],
    spokenLines: 0,
    spokenFillers: 0,
    loopBroken: false,
    modelLine: { openedAt: null, brokeAt: null, attempts: 0, orphanTools: [], results: [], notes: [] },
    modelEvents: 0,
    failedReplies: 0,
  };
}

/** A reply is owed, asked for, being generated, or waits for a tool. */
export function isReplyPending(state: CallState): boolean {
  return state.wants.length > 0 || state.slot.status !== 'free' || state.openTools.length > 0 || state.toolReplyOwed;
}

/** What plugins may read. Computed on demand: hooks run for every frame and most read little of it. */
export function viewOf(state: CallState, at: number): CallView {
  return new StateView(state, at);
}

class StateView implements CallView {
  readonly #state: CallState;
  readonly at: number;

  constructor(state: CallState, at: number) {
    this.#state = state;
    this.at = at;
  }
  get phase() {
    return this.#state.phase;
  }
  get pendingHangup() {
    return this.#state.hangup?.reason ?? null;
  }
  get leadCaptured() {
    return this.#state.leadCaptured;
  }
  get goodbyeDetected() {
    return this.#state.goodbyeDetected;
  }
  get agentSpeaking() {
    return isAudible(this.#state.playout);
  }
  get replyPending() {
    // An agent silenced until the caller's turn decides has not said all it has to say.
    return isReplyPending(this.#state) || this.#state.interruption !== null;
  }
  get callerSpeaking() {
    return this.#state.callerSpeaking;
  }
  get callerTurns() {
    return this.#state.turns.filter((turn) => turn.speaker === 'caller' && turn.text !== '').length;
  }
  get agentTurns() {
    return this.#state.turns.filter((turn) => turn.speaker === 'agent' && turn.startedMs !== null).length;
  }
  get lastAgentText() {
    return lastHeardAgentTurn(this.#state.turns)?.text ?? null;
  }
}

/** The outcome of a step. */
export interface StepResult {
  readonly state: CallState;
  readonly effects: readonly Effect[];
  /** What the plugins are to be told, in order. */
  readonly notices: readonly Notice[];
}

/** One step in the making: handlers replace `state` and add to the lists; nothing of it outlives the step. */
export interface Draft {
  state: CallState;
  readonly at: number;
  readonly effects: Effect[];
  readonly notices: Notice[];
}

export function change(draft: Draft, part: Partial<CallState>): void {
  draft.state = { ...draft.state, ...part };
}

/** A fresh id for a command to the model, so that an `error` can be matched to it. */
export function modelEventId(draft: Draft, kind: string): string {
  const modelEvents = draft.state.modelEvents + 1;
  change(draft, { modelEvents });
  return `${kind}_${modelEvents}`;
}
