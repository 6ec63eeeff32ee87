import type { EndReason } from '../../voice/plugin.ts';
import type { Outcome } from '../insights/types.ts';

export type { EndReason, FinishedCall } from '../../voice/plugin.ts';

export type Direction = 'inbound' | 'outbound';
export type Speaker = 'agent' | 'caller';
/** in_progress → ended (turns written, transcript not final) → completed (transcript final, deliveries planned). */
export type CallStatus = 'in_progress' | 'ended' | 'completed';

/** One speaker's committed contribution, as the call engine hands it over. */
export interface TurnRecord {
  /** The model's id of the conversation item; unique within the call. */
  readonly itemId: string;
  /** Place in the conversation, 0 first. */
  readonly position: number;
  readonly speaker: Speaker;
  /** For an interrupted agent turn only the words that were heard; empty while a transcription is outstanding. */
  readonly text: string;
  readonly interrupted: boolean;
  /** Milliseconds on the call's own clock. */
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** Named moments of a call: milliseconds on the call's own clock. */
export type CallTimings = Readonly<Record<string, number>>;

/** A delivery in a list of calls. */
export interface DeliveryState {
  readonly plugin: string;
  readonly export: string;
  readonly status: 'pending' | 'delivered' | 'failed';
}

/** A call as lists show it. */
export interface CallSummary {
  readonly callId: string;
  readonly callSid: string;
  readonly direction: Direction;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly status: CallStatus;
  readonly endReason: EndReason | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Whole seconds; null while the call goes on. */
  readonly durationSec: number | null;
  readonly turnCount: number;
  readonly lead: { readonly leadId: string; readonly name: string | null; readonly phone: string } | null;
  readonly deliveries: readonly DeliveryState[];
  /** What the analysis says in a word; null while there is none. */
  readonly insight: { readonly topic: string; readonly outcome: Outcome; readonly score: number } | null;
}

/** Whole seconds between two moments, never negative. */
export function durationSeconds(startedAt: Date, endedAt: Date): number {
  return Math.max(0, Math.round((endedAt.getTime() - startedAt.getTime()) / 1000));
}
