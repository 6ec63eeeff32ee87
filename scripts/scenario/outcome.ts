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

/** What came of a scenario. Null: this way of playing it cannot tell. */
export interface Outcome {
  readonly events: readonly CallEvent[];
  /** Kinds of events that this way of playing sees. */
  readonly sees: ReadonlySet<EventKind>;
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
  /** Length of the call and its aftermath, ms, and how long it took to play. */
  readonly callMs: number;
  readonly tookMs: number;
}
