import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createBusiness } from '../../domain/businesses/index.ts';
import type { UsageEntry } from '../../domain/calls/index.ts';
import { openDatabase } from '../../platform/db/index.ts';

/** A business whose lists are full, and its owner. */
export interface Estate {
  readonly email: string;
  readonly password: string;
  /** The newest call that is over, and its lead. */
  readonly callSid: string;
  readonly leadId: string;
  /** Where the list of calls goes on when half of it is behind: the moment and the id of the call in the middle. */
  readonly middle: { readonly startedAt: Date; readonly id: string };
  readonly deliveryId: string;
}

const EMAIL = 'owner@bench.test';
const PASSWORD = 'a-long-enough-password';
/** Calls a lead has on average, and turns a call. */
const CALLS_PER_LEAD = 4;
const TURNS = 4;
/** Minutes between two calls: 100,000 are two years and a quarter of a busy line. */
const MINUTES_APART = 12;
/** What a call of a minute and a half uses of its model. */
const USAGE: UsageEntry = {
  model: 'gpt-realtime',
  kind: 'speech',
  textIn: 1200,
  textInCached: 900,
  audioIn: 700,
  audioInCached: 300,
  textOut: 250,
  audioOut: 800,
  seconds: 0,
};

/** What callers talk about. One transcript takes fifteen of these; the word of the rare search stands in one call in 10,000. */
const PHRASES = [
  'שלום, הגעתם לנדל״ן הגליל, איך אפשר לעזור?',
  'ראיתי מודעה על דירת ארבעה חדרים בכרמיאל',
  'המחיר הוא מיליון ושש מאות אלף שקלים',
  'אפשר לתאם ביקור ביום רביעי אחרי הצהריים',
  'קוראים לי רונית לוי והמספר שלי הוא אפס חמש שתיים',
  'יש בבניין מעלית וחניה מקורה',
  'אני מחפש משרד להשכרה באזור התעשייה',
  'כמה ועד בית משלמים בכל חודש?',
  'הדירה בקומה שלישית עם מרפסת של שתים־עשרה מטר',
  'נציג יחזור אלייך היום, תודה רבה',
  'מה שעות הפעילות שלכם בערב חג?',
  'אני צריכה להתייעץ עם בעלי ואחזור אליכם',
  'יש לכם משהו בנהריה עד מיליון שקל?',
  'אפשר לקבל את הפרטים בדואר אלקטרוני?',
  'הנכס פנוי לכניסה מיידית',
  'תודה, ביי',
  'לא תודה, אין צורך',
  'אפשר לדבר עם נציג אנושי בבקשה?',
  'מתי אפשר לבוא לראות את הבית?',
  'צריך לבדוק את זה עם הבנק למשכנתאות',
] as const;
export const RARE_WORD = 'קרוואן';
export const COMMON_WORD = 'מעלית';

/** Fills a migrated database with one business of this many calls, with turns, leads, insights and deliveries. */
export async function fillEstate(url: string, calls: number): Promise<Estate> {
  const db = await openDatabase({ url, maxConnections: 1 });
  const { businessId } = await createBusiness(db, {
    name: 'נדל״ן הגליל',
    number: '+97230000001',
    ownerEmail: EMAIL,
    ownerPassword: PASSWORD,
  });
  await db.close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rows = await write(client, businessId, calls);
    // What a database that has been running for a while knows about its tables.
    await client.query('VACUUM ANALYZE');
    return rows;
  } finally {
    await client.end();
  }
}

async function write(client: pg.Client, businessId: string, calls: number): Promise<Estate> {
  const run = (sql: string, ...values: unknown[]) => client.query(sql, values);
  const destinationId = randomUUID();
  await run('SELECT setseed(0.42)');
  await run(
    `INSERT INTO leads (id, business_id, phone, name, fields, created_at, updated_at)
     SELECT gen_random_uuid(), $1, '+97252' || lpad(n::text, 7, '0'), 'לקוח ' || n,
       jsonb_build_object('name', 'לקוח ' || n, 'topic', ($3::text[])[1 + floor(random() * 20)]),
       now() - n * interval '${MINUTES_APART * CALLS_PER_LEAD} minutes',
       now() - n * interval '${MINUTES_APART * CALLS_PER_LEAD} minutes'
     FROM generate_series(1, $2::int) n`,
    businessId,
    Math.ceil(calls / CALLS_PER_LEAD),
    PHRASES,
  );
  await run(
    `INSERT INTO calls (id, business_id, call_sid, account_sid, direction, from_number, to_number, status, end_reason,
       started_at, stream_started_at, ended_at, finalized_at, transcript, usage, cost_micro_usd, lead_id)
     SELECT gen_random_uuid(), $1, 'CA' || md5(n::text), 'AC0',
       (CASE WHEN n % 10 = 0 THEN 'outbound' ELSE 'inbound' END)::direction, l.phone, '+97230000001', 'completed',
       (ARRAY['user_goodbye', 'caller_hangup', 'lead_captured', 'silence'])[1 + n % 4],
       now() - n * interval '${MINUTES_APART} minutes', now() - n * interval '${MINUTES_APART} minutes',
       now() - n * interval '${MINUTES_APART} minutes' + interval '95 seconds',
       now() - n * interval '${MINUTES_APART} minutes' + interval '97 seconds',
       t.text || CASE WHEN n % 10000 = 5000 THEN ' ${RARE_WORD}' ELSE '' END, $4::jsonb, 41000, l.id
     FROM generate_series(1, $2::int) n
     JOIN leads l ON l.business_id = $1 AND l.phone = '+97252' || lpad((1 + (n - 1) / ${CALLS_PER_LEAD})::text, 7, '0')
     CROSS JOIN LATERAL (
       SELECT string_agg(($3::text[])[1 + floor(random() * 20)] || ' ' || floor(random() * 900 + 100), E'\\n') AS text
       FROM generate_series(1, 15 + n * 0)
     ) t`,
    businessId,
    calls,
    PHRASES,
    JSON.stringify([USAGE]),
  );
  await run(
    `INSERT INTO turns (id, business_id, call_id, item_id, position, speaker, text, started_ms, ended_ms)
     SELECT gen_random_uuid(), $1, c.id, 'item_' || p, p, (CASE WHEN p % 2 = 0 THEN 'agent' ELSE 'caller' END)::speaker,
       ($2::text[])[1 + (p * 7) % 20], p * 9000, p * 9000 + 6000
     FROM calls c CROSS JOIN generate_series(0, ${TURNS - 1}) p WHERE c.business_id = $1`,
    businessId,
    PHRASES,
  );
  await run(
    `INSERT INTO call_insights (id, business_id, call_id, status, model, summary, topic, sentiment, outcome, score,
       score_reasons, analysed_at)
     SELECT gen_random_uuid(), $1, c.id, 'done', 'bench', 'הלקוחה התעניינה בדירה. סוכם על ביקור. נציג יחזור.',
       'דירה בכרמיאל', 'positive', 'lead', 70, ARRAY['ביקשה ביקור'], c.ended_at
     FROM calls c WHERE c.business_id = $1`,
    businessId,
  );
  await run(
    `INSERT INTO destinations (id, business_id, kind, plugin, name) VALUES ($2, $1, 'plugin', 'monday-export', 'Monday')`,
    businessId,
    destinationId,
  );
  await run(
    `INSERT INTO deliveries (id, business_id, destination_id, call_id, event_key, subject, plugin, export, url, body,
       status, attempt_count, next_attempt_at, last_error, created_at, finished_at)
     SELECT gen_random_uuid(), $1, $2, c.id, c.call_sid, c.id::text, 'monday-export', 'transcript',
       'https://hooks.example.com/bench', '{}',
       (CASE WHEN random() < 0.01 THEN 'failed' ELSE 'delivered' END)::delivery_status, 1, NULL, NULL, c.ended_at, c.ended_at
     FROM calls c WHERE c.business_id = $1 ORDER BY c.started_at`,
    businessId,
    destinationId,
  );
  await run(
    `INSERT INTO delivery_attempts (id, business_id, delivery_id, number, started_at, duration_ms, status_code)
     SELECT gen_random_uuid(), $1, d.id, 1, d.created_at, 180, CASE d.status WHEN 'failed' THEN 404 ELSE 200 END
     FROM deliveries d WHERE d.business_id = $1`,
    businessId,
  );
  const newest = await run(
    'SELECT id, call_sid, lead_id FROM calls WHERE business_id = $1 ORDER BY started_at DESC LIMIT 1',
    businessId,
  );
  const middle = await run(
    'SELECT id, started_at FROM calls WHERE business_id = $1 ORDER BY started_at DESC OFFSET $2 LIMIT 1',
    businessId,
    Math.floor(calls / 2),
  );
  const delivery = await run('SELECT id FROM deliveries WHERE business_id = $1 ORDER BY seq DESC LIMIT 1', businessId);
  const [call, half] = [newest.rows[0], middle.rows[0]] as [
    { call_sid: string; lead_id: string },
    { id: string; started_at: Date },
  ];
  return {
    email: EMAIL,
    password: PASSWORD,
    callSid: call.call_sid,
    leadId: call.lead_id,
    middle: { startedAt: half.started_at, id: half.id },
    deliveryId: (delivery.rows[0] as { id: string }).id,
  };
}
