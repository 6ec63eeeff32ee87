import type { TurnRecord } from './types.ts';

/** Why a call that is final has no transcript. */
export type NoTranscript = 'never_connected' | 'model_unavailable' | 'line_lost' | 'not_transcribed' | 'nothing_said';

/** The reason, out of what is known of the call. */
export function whyNoTranscript(call: {
  readonly connected: boolean;
  readonly end_reason: string | null;
  readonly turns: readonly Pick<TurnRecord, 'speaker'>[];
}): NoTranscript {
  if (!call.connected) return 'never_connected';
  if (call.end_reason === 'model_unavailable') return 'model_unavailable';
  if (call.turns.some(({ speaker }) => speaker === 'caller')) return 'not_transcribed';
  return call.end_reason === 'stream_lost' || call.end_reason === 'swept' ? 'line_lost' : 'nothing_said';
}
