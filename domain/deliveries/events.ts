import { z } from 'zod';

/**
 * What a webhook tells, in one place: what is sent is checked against it by the types, what is documented is made from
 * it. Fields are only ever added; what would change a field's meaning becomes the next {@link EVENT_VERSION}.
 */

/** Of the shape of all events. */
export const EVENT_VERSION = 1;

const moment = z.iso.datetime().describe('ISO 8601');
const callFacts = {
  business_id: z.uuid(),
  call_id: z.uuid(),
  call_sid: z.string().describe('ה־CallSid של Twilio'),
  direction: z.enum(['inbound', 'outbound']),
  from_number: z.string(),
  to_number: z.string(),
  started_at: moment,
};

const lead = z.object({
  business_id: z.uuid(),
  lead_id: z.uuid(),
  phone: z.string().describe('E.164, אם יש למספר צורה כזאת'),
  name: z.string().nullable(),
  fields: z.record(z.string(), z.string()).describe('מה שנאסף: מפתח השדה ← ערכו'),
  created_at: moment,
  updated_at: moment,
});

/** `data` of each type of event. */
export const EVENT_DATA = {
  'call.started': z.object(callFacts),
  'call.completed': z.object({
    ...callFacts,
    ended_at: moment,
    duration_sec: z.int(),
    end_reason: z.string(),
    transcript: z.string().describe('שורה לכל תור, לפי הסדר; ריק אם לא נאמר דבר'),
    lead_id: z.uuid().nullable(),
    lead_fields: z.record(z.string(), z.string()).describe('What is known of the caller: field key → value'),
  }),
  'call.analyzed': z.object({
    business_id: z.uuid(),
    call_id: z.uuid(),
    call_sid: z.string(),
    lead_id: z.uuid().nullable(),
    status: z.enum(['done', 'unavailable']),
    reason: z.string().nullable().describe('מדוע אין ניתוח, למשל transcript_unavailable'),
    transcript_reason: z
      .string()
      .nullable()
      .describe(
        'Why there is no transcript: never_connected, model_unavailable, line_lost, not_transcribed, nothing_said or removed',
      ),
    summary: z.string().nullable(),
    next_step: z.string().nullable(),
    topic: z.string().nullable(),
    sentiment: z.string().nullable(),
    outcome: z.string().nullable(),
    score: z.int().nullable().describe('0 עד 100'),
    score_reasons: z.array(z.string()),
    fields: z.array(z.object({ key: z.string(), value: z.string(), turns: z.array(z.string()) })),
    follow_ups: z.array(z.object({ what: z.string(), by: z.string().nullable(), turn: z.string() })),
  }),
  'lead.created': lead,
  'lead.updated': lead,
  /** Sent by hand from the destination's page. */
  test: z.object({ business_id: z.uuid(), message: z.string() }),
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type EventData<Type extends EventType> = z.output<(typeof EVENT_DATA)[Type]>;

/** The types a destination may choose from. */
export const EVENT_TYPES = Object.keys(EVENT_DATA).filter((type) => type !== 'test') as readonly Exclude<
  EventType,
  'test'
>[];

/** The whole body of an event of one type. */
export function eventSchema<Type extends EventType>(type: Type) {
  return z.object({
    type: z.literal(type),
    version: z.literal(EVENT_VERSION),
    timestamp: moment.describe('מתי זה קרה'),
    data: EVENT_DATA[type],
  });
}

/** The body of an event as it is sent. `at`: when it happened. */
export function eventBody<Type extends EventType>(type: Type, data: EventData<Type>, at: Date): string {
  return JSON.stringify({ type, version: EVENT_VERSION, timestamp: at.toISOString(), data });
}
