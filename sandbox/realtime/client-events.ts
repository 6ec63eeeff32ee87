import { z } from 'zod';
import { ERRORS, fromIssue } from './errors.ts';
import type { ApiError } from './errors.ts';
import { outputFormat, sessionUpdate, shared, voice } from './session-config.ts';

const item = {
  id: z.string().max(512).optional(),
  object: z.literal('realtime.item').optional(),
  status: z.enum(['completed', 'incomplete', 'in_progress']).optional(),
};
const text = (type: 'input_text' | 'output_text') => z.strictObject({ type: z.literal(type), text: z.string() });
const audio = (type: 'input_audio' | 'output_audio') =>
  z.strictObject({ type: z.literal(type), audio: z.string().optional(), transcript: z.string().optional() });

const createdItem = z.discriminatedUnion('type', [
  z.discriminatedUnion('role', [
    z.strictObject({
      ...item,
      type: z.literal('message'),
      role: z.literal('user'),
      content: z.array(z.discriminatedUnion('type', [text('input_text'), audio('input_audio')])),
    }),
    z.strictObject({
      ...item,
      type: z.literal('message'),
      role: z.literal('assistant'),
      content: z.array(z.discriminatedUnion('type', [text('output_text'), audio('output_audio')])),
    }),
    z.strictObject({
      ...item,
      type: z.literal('message'),
      role: z.literal('system'),
      content: z.array(text('input_text')),
    }),
  ]),
  z.strictObject({
    ...item,
    type: z.literal('function_call'),
    name: z.string(),
    call_id: z.string().optional(),
    arguments: z.string(),
  }),
  z.strictObject({ ...item, type: z.literal('function_call_output'), call_id: z.string(), output: z.string() }),
]);

const responseParams = z.strictObject({
  ...shared,
  audio: z
    .strictObject({
      output: z.strictObject({ format: outputFormat.optional(), voice: voice.optional() }).optional(),
    })
    .optional(),
  conversation: z.enum(['auto', 'none']).optional(),
  metadata: z.record(z.string(), z.string()).nullable().optional(),
  input: z.array(z.unknown()).optional(),
});
export type ResponseParams = z.output<typeof responseParams>;

const eventId = z.string().max(512).optional();

const SCHEMAS = {
  'session.update': z.strictObject({ event_id: eventId, type: z.literal('session.update'), session: sessionUpdate }),
  'input_audio_buffer.append': z.strictObject({
    event_id: eventId,
    type: z.literal('input_audio_buffer.append'),
    audio: z.string(),
  }),
  'input_audio_buffer.commit': z.strictObject({ event_id: eventId, type: z.literal('input_audio_buffer.commit') }),
  'input_audio_buffer.clear': z.strictObject({ event_id: eventId, type: z.literal('input_audio_buffer.clear') }),
  'conversation.item.create': z.strictObject({
    event_id: eventId,
    type: z.literal('conversation.item.create'),
    previous_item_id: z.string().nullable().optional(),
    item: createdItem,
  }),
  'conversation.item.truncate': z.strictObject({
    event_id: eventId,
    type: z.literal('conversation.item.truncate'),
    item_id: z.string(),
    content_index: z.number().int().min(0),
    audio_end_ms: z.number().int().min(0),
  }),
  'conversation.item.delete': z.strictObject({
    event_id: eventId,
    type: z.literal('conversation.item.delete'),
    item_id: z.string(),
  }),
  'conversation.item.retrieve': z.strictObject({
    event_id: eventId,
    type: z.literal('conversation.item.retrieve'),
    item_id: z.string(),
  }),
  'response.create': z.strictObject({
    event_id: eventId,
    type: z.literal('response.create'),
    response: responseParams.optional(),
  }),
  'response.cancel': z.strictObject({
    event_id: eventId,
    type: z.literal('response.cancel'),
    response_id: z.string().optional(),
  }),
} as const;

type Schemas = typeof SCHEMAS;
/** What every event has. Made once: fifty events a second are read. */
const envelope = z.looseObject({ type: z.unknown().optional(), event_id: z.unknown().optional() });

export type ClientEvent = { [K in keyof Schemas]: z.output<Schemas[K]> }[keyof Schemas];
export type ClientEventOf<K extends keyof Schemas> = z.output<Schemas[K]>;

/** A message from the client, strictly read: an unknown field is an error, as it is there. */
export type Parsed =
  | { readonly ok: true; readonly event: ClientEvent }
  | { readonly ok: false; readonly error: ApiError; readonly eventId: string | null };

/** Parses one text frame. Never throws. */
export function parseClientEvent(raw: string): Parsed {
  let data: unknown;
  try {
    data = JSON.parse(raw);
  } catch {
    return { ok: false, error: ERRORS.badJson(), eventId: null };
  }
  const known = envelope.safeParse(data);
  const type = known.data?.type;
  const eventIdGiven = typeof known.data?.event_id === 'string' ? known.data.event_id : null;
  if (typeof type !== 'string' || !Object.hasOwn(SCHEMAS, type))
    return { ok: false, error: ERRORS.unknownType(type, Object.keys(SCHEMAS)), eventId: eventIdGiven };
  const parsed = SCHEMAS[type as keyof Schemas].safeParse(data, { reportInput: true });
  if (parsed.success) return { ok: true, event: parsed.data };
  const issue = parsed.error.issues[0];
  const error = issue === undefined ? ERRORS.badJson() : fromIssue(issue);
  return { ok: false, error, eventId: eventIdGiven };
}
