import type { ResponseParams } from './client-events.ts';
import type { ApiError } from './errors.ts';
import { audioMs } from './items.ts';
import { usageOf } from './usage.ts';
import type { ConversationItem, RealtimeServerEvent } from './wire.ts';
import type { World } from './world.ts';

export type Response = Extract<RealtimeServerEvent, { type: 'response.done' }>['response'];
export type Status = 'in_progress' | 'completed' | 'cancelled' | 'failed';
export type CancelReason = 'client_cancelled' | 'turn_detected';

/** What a reply knows of itself when its response is reported. */
export interface ReplyFacts {
  readonly id: string;
  readonly status: Status;
  readonly reason: CancelReason | undefined;
  readonly failure: ApiError | null;
  /** The output item, once there is one. */
  readonly item: ConversationItem | null;
  /** Words and arguments sent. */
  readonly text: string;
  /** μ-law bytes sent. */
  readonly audioBytes: number;
}

/** The `response` of `response.created` and `response.done`. */
export function responseObject(world: World, params: ResponseParams, facts: ReplyFacts): Response {
  const session = world.session();
  const { id, status, reason, failure, item } = facts;
  const shared = {
    object: 'realtime.response',
    id,
    status,
    ...(params.conversation !== 'none' && { conversation_id: 'conv_sandbox' }),
    output_modalities: params.output_modalities ?? session.output_modalities,
    max_output_tokens: params.max_output_tokens ?? session.max_output_tokens,
    metadata: params.metadata ?? null,
    audio: { output: { format: params.audio?.output?.format ?? session.audio.output.format } },
  } as const;
  if (status === 'in_progress') return { ...shared, output: [] };
  const error = failure === null ? null : { type: failure.type, code: failure.code ?? '', message: failure.message };
  return {
    ...shared,
    status_details: { type: status, ...(reason !== undefined && { reason }), ...(error !== null && { error }) },
    output: item === null ? [] : [item],
    usage: usageOf({
      instructions: session.instructions + (params.instructions ?? ''),
      callerMs: world.callerMs(),
      outputText: facts.text,
      outputMs: audioMs(facts.audioBytes),
    }),
  };
}
