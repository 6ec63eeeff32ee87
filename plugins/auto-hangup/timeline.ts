import { MIN_PROVEN_SPEECH_MS, isGhost } from '../../hebrew/ghosts.ts';
import type { AgentTurn, CallerTurn } from '../../voice/plugin.ts';

/** What was the case when a caller's utterance became a turn; its words may follow seconds later. */
export interface Moment {
  /** Place among the caller's turns, from 0. */
  readonly order: number;
  readonly isProven: boolean;
  /** Proven caller turns before this one. */
  readonly spokenBefore: number;
  /** The agent turn heard last, to its end or not. */
  readonly heard: string | null;
  /** Agent turns heard so far, and begun so far. */
  readonly agentTurns: number;
  readonly agentStarts: number;
}

/** The order of a call's turns, for words that arrive late. */
export interface Timeline {
  committed(itemId: string, provenSpeechMs: number): Moment;
  /** The sound of an utterance was no word: it counts for nothing that was said. */
  wordless(itemId: string): void;
  /** The moment of a turn; of now when its commit was not seen. */
  of(turn: CallerTurn): Moment;
  agentStarted(): void;
  agentHeard(turn: AgentTurn): void;
  /** Agent turns begun so far. */
  agentStarts(): number;
  /** Caller turns with proven speech so far. */
  spoken(): number;
  /** Whether the caller, with proven speech, took another turn after this one. */
  wentOn(moment: Moment): boolean;
  isLatest(moment: Moment): boolean;
}

/** Whether a transcript is borne by the audio: enough proven speech, and no ghost. */
export function isProven(turn: CallerTurn): boolean {
  return turn.provenSpeechMs >= MIN_PROVEN_SPEECH_MS && !isGhost(turn.text, turn.provenSpeechMs);
}

export function createTimeline(): Timeline {
  const moments = new Map<string, Moment>();
  let heard: string | null = null;
  let agentTurns = 0;
  let agentStarts = 0;
  const spoken = () => [...moments.values()].filter((moment) => moment.isProven).length;

  function committed(itemId: string, provenSpeechMs: number): Moment {
    const known = moments.get(itemId);
    if (known !== undefined) return known;
    const isProven = provenSpeechMs >= MIN_PROVEN_SPEECH_MS;
    const moment = { order: moments.size, isProven, spokenBefore: spoken(), heard, agentTurns, agentStarts };
    moments.set(itemId, moment);
    return moment;
  }

  return {
    committed,
    wordless: (itemId) => {
      const moment = moments.get(itemId);
      if (moment !== undefined) moments.set(itemId, { ...moment, isProven: false });
    },
    of: (turn) => committed(turn.itemId, turn.provenSpeechMs),
    agentStarted: () => {
      agentStarts += 1;
    },
    agentHeard: (turn) => {
      agentTurns += 1;
      heard = turn.text;
    },
    agentStarts: () => agentStarts,
    spoken,
    wentOn: ({ order }) => [...moments.values()].some((moment) => moment.isProven && moment.order > order),
    isLatest: (moment) => moment.order === moments.size - 1,
  };
}
