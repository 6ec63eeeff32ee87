import { z } from 'zod';
import type { ModelCounts, ModelEvent } from '../speech-model.ts';
import { responseCounts, responseUsage, transcriptionCounts, transcriptionUsage } from './usage.ts';

/** Server events of the OpenAI Realtime API (GA) that the engine understands, each reduced to what it uses. */

const id = z.string();

const errorBody = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().nullish(),
  param: z.string().nullish(),
  event_id: z.string().nullish(),
});

const SERVER_EVENTS = {
  'session.created': z.object({}),
  'session.updated': z.object({}),
  error: z.object({ error: errorBody }),
  'input_audio_buffer.speech_started': z.object({ item_id: id, audio_start_ms: z.number() }),
  'input_audio_buffer.speech_stopped': z.object({ item_id: id, audio_end_ms: z.number() }),
  'input_audio_buffer.committed': z.object({ item_id: id, previous_item_id: id.nullish() }),
  'conversation.item.input_audio_transcription.completed': z.object({
    item_id: id,
    transcript: z.string(),
    usage: transcriptionUsage,
  }),
  'conversation.item.input_audio_transcription.failed': z.object({
    item_id: id,
    error: errorBody.nullish().catch(null),
  }),
  'response.created': z.object({ response: z.object({ id }) }),
  'response.output_item.added': z.object({ response_id: id, item: z.object({ id, type: z.string() }) }),
  'response.output_item.done': z.object({
    response_id: id,
    item: z.object({
      id,
      type: z.string(),
      call_id: z.string().nullish(),
      name: z.string().nullish(),
      arguments: z.string().nullish(),
    }),
  }),
  'response.output_audio.delta': z.object({
    response_id: id,
    item_id: id,
    content_index: z.number().default(0),
    delta: z.string(),
  }),
  'response.output_audio.done': z.object({ response_id: id, item_id: id }),
  'response.output_audio_transcript.delta': z.object({ response_id: id, item_id: id, delta: z.string() }),
  'response.output_audio_transcript.done': z.object({ response_id: id, item_id: id, transcript: z.string() }),
  'response.done': z.object({
    response: z.object({
      id,
      status: z.enum(['completed', 'cancelled', 'failed', 'incomplete', 'in_progress', 'queued']).nullish(),
      status_details: z
        .object({
          reason: z.string().nullish(),
          error: z.object({ code: z.string().nullish(), type: z.string().nullish() }).nullish(),
        })
        .nullish(),
      usage: responseUsage,
    }),
  }),
} as const;

/** Sent by the server and of no use to the engine: no log line is owed to them. */
const UNUSED_EVENTS: ReadonlySet<string> = new Set([
  'rate_limits.updated',
  'conversation.created',
  'conversation.item.added',
  'conversation.item.created',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.truncated',
  'conversation.item.retrieved',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.input_audio_transcription.segment',
  'input_audio_buffer.cleared',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.delta',
  'response.output_text.done',
  'response.function_call_arguments.delta',
  // The finished item that follows carries the same, with the function's name in every version of the API.
  'response.function_call_arguments.done',
]);

/** Errors after which no further attempt can help: the account must be mended first. */
const PERMANENT_CODES: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'invalid_api_key',
  'account_deactivated',
  'billing_hard_limit_reached',
]);

/** True when no further attempt with this account can help. */
export function isPermanentCode(code: string | null | undefined): boolean {
  return code !== null && code !== undefined && PERMANENT_CODES.has(code);
}

/** Something the engine is told. */
export interface EventMessage {
  readonly kind: 'event';
  readonly event: ModelEvent;
  /** What the vendor counted for it. */
  readonly counts?: ModelCounts;
  /** The parameter an error is about. */
  readonly param?: string;
  /** Why a transcription failed. */
  readonly failure?: string;
}

/** What a message of the server means. */
export type ServerMessage =
  | { readonly kind: 'session_created' }
  | { readonly kind: 'session_updated' }
  | EventMessage
  | { readonly kind: 'nothing' }
  /** Not JSON, or a known type with a shape that does not fit. */
  | { readonly kind: 'invalid'; readonly type: string }
  | { readonly kind: 'unknown'; readonly type: string };

const NOTHING: ServerMessage = { kind: 'nothing' };

/** Reads one text frame of the server. Never throws. */
export function readServerMessage(text: string): ServerMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'invalid', type: 'not_json' };
  }
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (typeof type !== 'string') return { kind: 'invalid', type: 'no_type' };
  if (!Object.hasOwn(SERVER_EVENTS, type)) return UNUSED_EVENTS.has(type) ? NOTHING : { kind: 'unknown', type };
  const name = type as keyof typeof SERVER_EVENTS;
  const parsed = SERVER_EVENTS[name].safeParse(value);
  return parsed.success ? translate(name, parsed.data) : { kind: 'invalid', type };
}

type Data<Name extends keyof typeof SERVER_EVENTS> = z.output<(typeof SERVER_EVENTS)[Name]>;
type Translators = { readonly [Name in keyof typeof SERVER_EVENTS]: (data: Data<Name>) => ServerMessage };

const event = (modelEvent: ModelEvent, counts: ModelCounts | null = null): EventMessage =>
  counts === null ? { kind: 'event', event: modelEvent } : { kind: 'event', event: modelEvent, counts };

const TRANSLATORS: Translators = {
  'session.created': () => ({ kind: 'session_created' }),
  'session.updated': () => ({ kind: 'session_updated' }),
  error: ({ error }) => ({
    kind: 'event',
    ...(typeof error.param === 'string' ? { param: error.param } : {}),
    event: {
      type: 'error',
      code: error.code ?? error.type ?? 'unknown_error',
      message: error.message ?? '',
      eventId: error.event_id ?? null,
      permanent: isPermanentCode(error.code) || isPermanentCode(error.type),
    },
  }),
  'input_audio_buffer.speech_started': (data) =>
    event({ type: 'speech_started', itemId: data.item_id, audioStartMs: data.audio_start_ms }),
  'input_audio_buffer.speech_stopped': (data) =>
    event({ type: 'speech_stopped', itemId: data.item_id, audioEndMs: data.audio_end_ms }),
  'input_audio_buffer.committed': (data) =>
    event({ type: 'committed', itemId: data.item_id, previousItemId: data.previous_item_id ?? null }),
  'conversation.item.input_audio_transcription.completed': (data) =>
    event({ type: 'transcript', itemId: data.item_id, text: data.transcript }, transcriptionCounts(data.usage)),
  'conversation.item.input_audio_transcription.failed': ({ item_id: itemId, error }) => {
    const failure = [error?.code ?? error?.type, error?.message].filter(Boolean).join(': ');
    const failed = event({ type: 'transcript_failed', itemId });
    return failure === '' ? failed : { ...failed, failure };
  },
  'response.created': (data) => event({ type: 'response_created', responseId: data.response.id }),
  'response.output_item.added': ({ response_id: responseId, item }) =>
    item.type === 'message' || item.type === 'function_call'
      ? event({ type: 'item_added', responseId, itemId: item.id, kind: item.type })
      : NOTHING,
  'response.output_item.done': ({ response_id: responseId, item }) =>
    item.type === 'function_call' && item.call_id && item.name
      ? event({ type: 'tool_call', responseId, callId: item.call_id, name: item.name, args: item.arguments ?? '{}' })
      : NOTHING,
  'response.output_audio.delta': (data) =>
    event({
      type: 'audio',
      responseId: data.response_id,
      itemId: data.item_id,
      contentIndex: data.content_index,
      audio: Buffer.from(data.delta, 'base64'),
    }),
  'response.output_audio.done': (data) =>
    event({ type: 'audio_done', responseId: data.response_id, itemId: data.item_id }),
  'response.output_audio_transcript.delta': (data) =>
    event({ type: 'words', responseId: data.response_id, itemId: data.item_id, delta: data.delta }),
  'response.output_audio_transcript.done': (data) =>
    event({ type: 'words_done', responseId: data.response_id, itemId: data.item_id, text: data.transcript }),
  'response.done': ({ response }) => {
    const status = response.status ?? 'completed';
    const code = response.status_details?.error?.code ?? response.status_details?.error?.type ?? null;
    return event(
      {
        type: 'response_done',
        responseId: response.id,
        status: status === 'in_progress' || status === 'queued' ? 'incomplete' : status,
        code,
        permanent: isPermanentCode(code),
      },
      responseCounts(response.usage),
    );
  },
};

function translate<Name extends keyof typeof SERVER_EVENTS>(name: Name, data: unknown): ServerMessage {
  // Sound: `data` was parsed by the schema of the same name.
  return TRANSLATORS[name](data as Data<Name>);
}
