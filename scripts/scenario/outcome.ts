import type { PlayoutLedger } from '../../sandbox/twilio/ledger.ts';
import type { TurnRecord } from '../../voice/session/turns.ts';
import type { CallEvent, EventKind } from './timeline.ts';

/** A truncate beside what the caller really heard of that reply. */
export interface JudgedTruncate {
  readonly at: number;
  /** What the model was told. */
  readonly toldMs: number;
  /** What the telephone played of it in the end. */
  readonly playedMs: number;
}

/** How far from a limit a measured value may lie and still keep it. */
export interface Tolerance {
  /** Beyond a longest, and short of a shortest time, ms. */
  readonly lateMs: number;
  readonly earlyMs: number;
  /** Beyond the distance of a truncate from what was played, ms. */
  readonly truncateMs: number;
  /** A hole in the agent's speech up to this length is the machine's, ms. */
  readonly holeMs: number;
}

/** On a virtual clock everything is to the millisecond. */
export const EXACT: Tolerance = { lateMs: 0, earlyMs: 0, truncateMs: 0, holeMs: 0 };

/** What came of a scenario. Null: this way of playing it cannot tell. */
export interface Outcome {
  readonly events: readonly CallEvent[];
  /** Kinds of events that this way of playing sees. */
  readonly sees: ReadonlySet<EventKind>;
  readonly tolerance: Tolerance;
  readonly endReason: string | null;
  readonly ends: number;
  readonly turns: readonly Pick<TurnRecord, 'speaker' | 'text' | 'interrupted'>[];
  readonly heard: PlayoutLedger;
  readonly lastAudibleAt: number | null;
  readonly playedToEnd: boolean;
  /** The entry the caller waited for in vain, or null. */
  readonly silentEntry: number | null;
  readonly truncates: readonly JudgedTruncate[] | null;
  readonly modelHeard: readonly string[];
  readonly lead: Readonly<Record<string, string>> | null;
  /** What a call that is over left behind. */
  readonly leftovers: readonly string[];
  /** Whether timers are among it. */
  readonly countsTimers: boolean;
  /** Length of the call and its aftermath, ms, and how long it took to play. */
  readonly callMs: number;
  readonly tookMs: number;
}
