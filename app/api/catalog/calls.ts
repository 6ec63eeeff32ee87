import { z } from 'zod';
import { OUTCOMES, SENTIMENTS } from '../../../domain/insights/types.ts';
import { declare } from './declaration.ts';
import { cursor, id, limit, moment, nextCursor } from './shapes.ts';

const deliveryStatus = z.enum(['pending', 'delivered', 'failed']);
const lead = z.object({ lead_id: id, name: z.string().nullable(), phone: z.string() });

const facts = {
  call_id: id,
  call_sid: z.string().describe('ה־CallSid של Twilio'),
  direction: z.enum(['inbound', 'outbound']),
  from_number: z.string(),
  to_number: z.string(),
  status: z.enum(['in_progress', 'ended', 'completed']).describe('completed: התמלול סופי'),
  end_reason: z.string().nullable().describe('מדוע השיחה הסתיימה'),
  started_at: moment,
  ended_at: moment.nullable(),
  duration_sec: z.int().nullable().describe('שניות; null כל עוד השיחה נמשכת'),
};

const callSummary = z
  .object({
    ...facts,
    turn_count: z.int(),
    lead: lead.nullable(),
    deliveries: z.array(z.object({ plugin: z.string(), export: z.string(), status: deliveryStatus })),
    insight: z
      .object({ topic: z.string(), outcome: z.enum(OUTCOMES), score: z.int().describe('0 עד 100') })
      .nullable()
      .describe('מה עלה מהניתוח; null עד שהסתיים'),
  })
  .meta({ id: 'CallSummary' });

const turn = z
  .object({
    item_id: z.string(),
    position: z.int(),
    speaker: z.enum(['agent', 'caller']),
    text: z.string().describe('בדברי סוכן שנקטעו: רק מה שנשמע'),
    interrupted: z.boolean(),
    started_ms: z.int().describe('אלפיות שנייה מתחילת השיחה'),
    ended_ms: z.int().nullable(),
  })
  .meta({ id: 'Turn' });

const delivery = z
  .object({
    delivery_id: id,
    plugin: z.string(),
    export: z.string(),
    status: deliveryStatus,
    attempt_count: z.int(),
    next_attempt_at: moment.nullable(),
    last_error: z.string().nullable(),
    created_at: moment,
    finished_at: moment.nullable(),
    attempts: z.array(
      z.object({
        number: z.int(),
        started_at: moment,
        duration_ms: z.int(),
        status_code: z.int().nullable(),
        error: z.string().nullable(),
        response_text: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Delivery' });

const tokens = z.int();
const usage = z.object({
  cost_micro_usd: z.int().nullable().describe('מיליוניות הדולר; null כשאינו ידוע'),
  models: z.array(
    z.object({
      model: z.string(),
      kind: z.string(),
      text_in: tokens,
      text_in_cached: tokens,
      audio_in: tokens,
      audio_in_cached: tokens,
      text_out: tokens,
      audio_out: tokens,
      seconds: z.number(),
    }),
  ),
});

const insight = z
  .object({
    status: z.enum(['pending', 'done', 'unavailable']),
    reason: z.string().nullable().describe('מדוע אין ניתוח'),
    detail: z.string().nullable(),
    model: z.string().nullable(),
    summary: z.string().nullable(),
    next_step: z.string().nullable(),
    topic: z.string().nullable(),
    sentiment: z.enum(SENTIMENTS).nullable(),
    outcome: z.enum(OUTCOMES).nullable(),
    score: z.number().nullable().describe('0 עד 100'),
    score_reasons: z.array(z.string()),
    fields: z.array(
      z.object({
        key: z.string(),
        value: z.string(),
        turns: z.array(z.string()).describe('ה־item_id של התורות שבהם נאמר'),
        source: z.enum(['call', 'analysis']),
      }),
    ),
    follow_ups: z.array(z.object({ what: z.string(), by: z.string().nullable(), turn: z.string() })),
    analysed_at: moment.nullable(),
  })
  .meta({ id: 'Insight' });

const recording = z
  .object({
    status: z.string(),
    reason: z.string().nullable(),
    duration_ms: z.int().nullable(),
    offset_ms: z.int().describe('היכן ההקלטה מתחילה בשיחה, אלפיות שנייה'),
    path: z.string().nullable().describe('כתובת ההקלטה, כשהיא שמורה'),
  })
  .meta({ id: 'Recording' });

const call = z
  .object({
    ...facts,
    stream_started_at: moment.nullable(),
    finalized_at: moment.nullable(),
    held_ms: z.int(),
    timings: z.record(z.string(), z.number()).describe('רגעים בשיחה, אלפיות שנייה מתחילתה'),
    usage,
    transcript: z.string().nullable().describe('התמלול הסופי; null עד שהשיחה הושלמה'),
    turns: z.array(turn),
    deliveries: z.array(delivery).describe('ריק למי שאין לו הרשאה ‎deliveries:read‎'),
    transcript_unavailable: z.string().nullable().describe('מדוע אין תמלול'),
    insight: insight.nullable(),
    recording: recording.nullable(),
    lead: lead.extend({ fields: z.record(z.string(), z.string()) }).nullable(),
  })
  .meta({ id: 'Call' });

export const listCalls = declare({
  method: 'GET',
  path: '/api/calls',
  group: 'calls',
  name: 'listCalls',
  summary: 'השיחות, החדשות תחילה',
  action: 'calls.read',
  query: z.object({ cursor, limit }),
  answer: z.object({ calls: z.array(callSummary), next_cursor: nextCursor }),
  errors: ['invalid_cursor'],
});

export const readCall = declare({
  method: 'GET',
  path: '/api/calls/{callSid}',
  group: 'calls',
  name: 'readCall',
  summary: 'שיחה אחת, עם התמלול והמשלוחים',
  action: 'calls.read',
  params: { callSid: 'ה־CallSid של Twilio' },
  answer: call,
  errors: ['call_not_found'],
});
