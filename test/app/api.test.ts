import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

let database: TestDatabase;
let server: AppServer;
let mine: DemoBusiness;
let other: DemoBusiness;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: SOURCES });
  mine = await demoBusiness(database.db, '1');
  other = await demoBusiness(database.db, '2');
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const SETTINGS = '/api/business/current/settings';
const PROMPT = '/api/business/current/prompt';

function call(
  path: string,
  options: { method?: string; token?: string; body?: string; headers?: Record<string, string> } = {},
) {
  const { method = 'GET', token = mine.apiToken, body, headers = {} } = options;
  return fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

const put = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(path, { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body), headers });

async function errorOf(
  response: Response,
): Promise<{ code: string; message: string; fields?: Record<string, string> }> {
  return ((await response.json()) as { error: { code: string; message: string } }).error;
}

describe('settings', () => {
  test('have the fixed names and defaults', async () => {
    const response = await call(SETTINGS);
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      monday_webhook_url: null,
      send_call_transcripts_to_monday: false,
      auto_end_after_lead_capture: false,
      auto_end_on_goodbye: false,
      bot_speaks_first: false,
      barge_in_enabled: true,
      greeting_message: '',
      required_lead_fields: ['name', 'phone', 'topic'],
      silence_reprompt_sec: 10,
      silence_ends_call: false,
      max_call_sec: 1800,
      max_outbound_calls: 3,
      max_total_calls: 5,
    });
  });

  test('a PUT changes what it names and nothing else, and an empty text clears the webhook', async () => {
    const url = 'https://hooks.example.com/monday';
    await put(SETTINGS, { bot_speaks_first: true, greeting_message: 'שלום' });
    const answer = await put(SETTINGS, { monday_webhook_url: url });
    expect(answer.status).toBe(200);
    const settings = (await answer.json()) as Record<string, unknown>;
    expect(settings).toMatchObject({ bot_speaks_first: true, greeting_message: 'שלום', monday_webhook_url: url });
    await put(SETTINGS, { monday_webhook_url: '' });
    expect(await (await call(SETTINGS)).json()).toEqual({ ...settings, monday_webhook_url: null });
  });

  test('what was read may be sent back whole', async () => {
    const settings = await (await call(SETTINGS)).text();
    expect((await put(SETTINGS, settings)).status).toBe(200);
  });

  test('belong to one business', async () => {
    await put(SETTINGS, { greeting_message: 'רק שלי' });
    const theirs = (await (await call(SETTINGS, { token: other.apiToken })).json()) as Record<string, unknown>;
    expect(theirs['greeting_message']).toBe('');
  });

  test('how long data is kept is for the owner to say, here as on the page', async () => {
    const email = await demoPerson(database.db, mine.businessId, 'admin');
    const { cookie } = await signInOverHttp(server.url, email, DEMO_PASSWORD);
    const headers = { Cookie: cookie, Origin: server.url };
    const body = (patch: object) => JSON.stringify(patch);
    const as = (patch: object) => call(SETTINGS, { method: 'PUT', token: '', body: body(patch), headers });
    const before = (await (await call(SETTINGS)).json()) as Record<string, unknown>;
    const refused = await as({ greeting_message: 'לא אמור להישמר', retention_leads_days: 3 });
    expect(refused.status).toBe(422);
    expect((await errorOf(refused)).fields).toEqual({ retention_leads_days: 'רק בעל העסק יכול לשנות הגדרה זו' });
    expect(await (await call(SETTINGS)).json()).toEqual(before);
    // What was read may be sent back whole.
    expect((await as(before)).status).toBe(200);
    expect((await put(SETTINGS, { retention_leads_days: 400 })).status).toBe(200);
    await put(SETTINGS, { retention_leads_days: before['retention_leads_days'] });
  });

  test.each([
    ['an unknown field', { nonsense: 1 }, 'unknown_field', 'nonsense'],
    ['a wrong type', { bot_speaks_first: 'yes' }, 'validation_failed', 'bot_speaks_first'],
    ['null where nothing may be missing', { barge_in_enabled: null }, 'validation_failed', 'barge_in_enabled'],
    ['a number out of range', { max_call_sec: 1 }, 'validation_failed', 'max_call_sec'],
    ['a list with a stranger', { required_lead_fields: ['shoe_size'] }, 'validation_failed', 'required_lead_fields'],
    [
      'an address that is none',
      { monday_webhook_url: 'javascript:alert(1)' },
      'validation_failed',
      'monday_webhook_url',
    ],
    ['a limit that others set', { max_total_calls: 50 }, 'validation_failed', 'max_total_calls'],
  ])('%s is refused with 422, in Hebrew, and nothing is changed', async (_, patch, code, field) => {
    const before = await (await call(SETTINGS)).text();
    const response = await put(SETTINGS, { greeting_message: 'לא אמור להישמר', ...patch });
    expect(response.status).toBe(422);
    const error = await errorOf(response);
    expect(error.code).toBe(code);
    expect(error.fields?.[field]).toMatch(/[א-ת]/);
    expect(Object.keys(error.fields ?? {})).toEqual([field]);
    expect(await (await call(SETTINGS)).text()).toBe(before);
  });

  test.each([
    ['broken JSON', '{"a":', {}, 400, 'json_broken'],
    ['JSON that nests without end', `{"prompt":${'['.repeat(5000)}${']'.repeat(5000)}}`, {}, 400, 'json_broken'],
    ['a list', '[]', {}, 422, 'validation_failed'],
    ['null', 'null', {}, 422, 'validation_failed'],
    ['a form', 'a=1', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415, 'media_type_unsupported'],
    ['half a megabyte', JSON.stringify({ prompt: 'x'.repeat(512 * 1024) }), {}, 413, 'body_too_large'],
  ])('%s is refused', async (_, body, headers, status, code) => {
    const response = await put(SETTINGS, body, headers);
    expect(response.status).toBe(status);
    const error = await errorOf(response);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/[א-ת]/);
  });

  test('bytes that are no UTF-8 are broken JSON', async () => {
    const body = new Uint8Array([...new TextEncoder().encode('{"greeting_message":"'), 0xff, 0x22, 0x7d]);
    const headers = { Authorization: `Bearer ${mine.apiToken}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${server.url}${SETTINGS}`, { method: 'PUT', headers, body });
    expect(response.status).toBe(400);
  });

  test('a body that hides its length is cut off at the limit', async () => {
    const piece = new TextEncoder().encode('x'.repeat(64 * 1024));
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++sent > 16) controller.close();
        else controller.enqueue(piece);
      },
    });
    const response = await fetch(`${server.url}${SETTINGS}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${mine.apiToken}`, 'Content-Type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(response.status).toBe(413);
  });
});

describe('prompts', () => {
  test('are read and changed one by one', async () => {
    await put(PROMPT, { prompt: 'מכור דירות', outbound_calls_prompt: 'חזור ללקוח' });
    expect(await (await put(PROMPT, { prompt: 'ענה בנימוס' })).json()).toEqual({
      prompt: 'ענה בנימוס',
      outbound_calls_prompt: 'חזור ללקוח',
      whatsapp_prompt: '',
    });
    expect(await (await put(PROMPT, { whatsapp_prompt: 'ענה בקצרה' })).json()).toEqual({
      prompt: 'ענה בנימוס',
      outbound_calls_prompt: 'חזור ללקוח',
      whatsapp_prompt: 'ענה בקצרה',
    });
  });

  test('other settings are not reached through them', async () => {
    const response = await put(PROMPT, { voice: 'ash' });
    expect(response.status).toBe(422);
    expect((await errorOf(response)).fields).toHaveProperty('voice');
  });

  test('all at their longest, with every letter escaped, fit', async () => {
    const long = '\\u05d0'.repeat(20_000);
    const body = `{"prompt":"${long}","outbound_calls_prompt":"${long}","whatsapp_prompt":"${long}"}`;
    expect((await put(PROMPT, body)).status).toBe(200);
  });
});

test('the business tells its facts by snake_case names', async () => {
  expect(await (await call('/api/business/current')).json()).toEqual({
    id: mine.businessId,
    name: 'נדל״ן הגליל 1',
    contact_phone: null,
    contact_email: null,
    address: null,
    time_zone: 'Asia/Jerusalem',
    numbers: ['+97237600001'],
    role: 'owner',
  });
});

describe('calls', () => {
  test('are paged without loss or repetition', async () => {
    for (let index = 0; index < 5; index++) {
      await demoCall(database.db, mine.businessId, {
        callSid: `CApage${index}`,
        startedAt: new Date(Date.UTC(2026, 0, 1, 10, index)),
        turns: [],
      });
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = (await (await call(`/api/calls?limit=2${cursor && `&cursor=${cursor}`}`)).json()) as {
        calls: { call_sid: string }[];
        next_cursor: string | null;
      };
      seen.push(...page.calls.map((one) => one.call_sid));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(['CApage4', 'CApage3', 'CApage2', 'CApage1', 'CApage0']);
  });

  test.each(['limit=0', 'limit=1000', 'limit=x', 'cursor=x'])('?%s is refused with 422', async (query) => {
    expect((await call(`/api/calls?${query}`)).status).toBe(422);
  });

  test('one call comes with turns, transcript, timings and every attempt of its deliveries', async () => {
    await demoCall(database.db, mine.businessId, {
      callSid: 'CAwhole',
      startedAt: new Date('2026-01-02T10:00:00Z'),
      leadName: 'רונית',
      delivery: 'failed',
      turns: [
        ['agent', 'שלום', 'interrupted'],
        ['caller', 'ביי'],
      ],
    });
    const body = (await (await call('/api/calls/CAwhole')).json()) as Record<string, unknown>;
    expect(body).toMatchObject({
      call_sid: 'CAwhole',
      status: 'completed',
      end_reason: 'user_goodbye',
      direction: 'inbound',
      from_number: '+972523456789',
      started_at: '2026-01-02T10:00:00.000Z',
      ended_at: '2026-01-02T10:01:23.000Z',
      duration_sec: 83,
      held_ms: 640,
      timings: { model_ready: 310 },
      transcript: 'סוכן: שלום\nלקוח: ביי',
      turns: [
        { position: 0, speaker: 'agent', text: 'שלום', interrupted: true },
        { position: 1, speaker: 'caller', text: 'ביי', interrupted: false },
      ],
      deliveries: [
        {
          plugin: 'monday-export',
          status: 'failed',
          attempt_count: 2,
          attempts: [
            { number: 1, status_code: null, error: 'outgoing_timeout', duration_ms: 10_004 },
            { number: 2, status_code: 404, error: 'http_404' },
          ],
        },
      ],
      lead: { name: 'רונית', phone: '+972523456789' },
    });
    expect(JSON.stringify(body)).not.toContain('hooks.example.com');
  });

  test('of another business do not exist', async () => {
    await demoCall(database.db, other.businessId, { callSid: 'CAtheirs', startedAt: new Date(), turns: [] });
    const response = await call('/api/calls/CAtheirs');
    expect(response.status).toBe(404);
    expect((await errorOf(response)).code).toBe('call_not_found');
  });
});

describe('who may come in', () => {
  const PATHS = ['/api/business/current', SETTINGS, PROMPT, '/api/calls', '/api/calls/CAwhole'];

  test.each(PATHS)('%s is closed to strangers', async (path) => {
    for (const headers of [{}, { Authorization: 'Bearer psk_wrong' }, { Authorization: 'Basic YTpi' }]) {
      const response = await call(path, { token: '', headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('Cache-Control')).toBe('no-store');
      expect((await errorOf(response)).message).toMatch(/[א-ת]/);
    }
  });

  test('a wrong token is refused even beside a good cookie', async () => {
    const { cookie } = await signInOverHttp(server.url, mine.email, mine.password);
    expect((await call(SETTINGS, { token: 'psk_wrong', headers: { Cookie: cookie } })).status).toBe(401);
  });

  test('a cookie changes something only from our own pages', async () => {
    const { cookie } = await signInOverHttp(server.url, mine.email, mine.password);
    const change = (headers: Record<string, string>) =>
      call(SETTINGS, {
        method: 'PUT',
        token: '',
        body: '{"silence_ends_call":true}',
        headers: { Cookie: cookie, ...headers },
      });
    for (const headers of [
      {},
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: server.url.replace('127.0.0.1', 'localhost') },
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const response = await change(headers);
      expect(response.status).toBe(403);
      expect((await errorOf(response)).code).toBe('origin_refused');
    }
    expect((await change({ Origin: server.url })).status).toBe(200);
    expect((await change({ Origin: 'null', 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200);
  });

  test('an agent reads calls but no settings', async () => {
    const email = await demoPerson(database.db, mine.businessId, 'agent');
    const { cookie } = await signInOverHttp(server.url, email, DEMO_PASSWORD);
    const status = async (path: string) => (await call(path, { token: '', headers: { Cookie: cookie } })).status;
    expect(await status('/api/calls')).toBe(200);
    expect(await status('/api/business/current')).toBe(200);
    expect(await status(SETTINGS)).toBe(403);
    expect(await status(PROMPT)).toBe(403);
  });
});

test.each([
  ['POST', SETTINGS, 'GET, HEAD, PUT, OPTIONS'],
  ['DELETE', PROMPT, 'GET, HEAD, PUT, OPTIONS'],
  ['PUT', '/api/calls', 'GET, HEAD, OPTIONS'],
  ['PATCH', '/api/calls/CA1', 'GET, HEAD, OPTIONS'],
  ['POST', '/api/business/current', 'GET, HEAD, OPTIONS'],
])('%s %s is refused with 405 and what is allowed', async (method, path, allow) => {
  const response = await call(path, { method, ...(method === 'GET' ? {} : { body: '{}' }) });
  expect(response.status).toBe(405);
  expect(response.headers.get('Allow')).toBe(allow);
});

test('an address that is none is a JSON 404', async () => {
  for (const method of ['GET', 'POST']) {
    const response = await call(`/api/${randomUUID()}`, { method });
    expect(response.status).toBe(404);
    expect((await errorOf(response)).code).toBe('not_found');
  }
});

test('a failure nobody foresaw is a 500 without a word of what was thrown', async () => {
  const broken = await startAppServer({
    db: { ...database.db, withIdentity: () => Promise.reject(new Error('secret of the database')) },
    sources: SOURCES,
    log: 'silent',
  });
  const response = await fetch(`${broken.url}/api/calls`, { headers: { Authorization: 'Bearer psk_x' } });
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toContain('unexpected');
  expect(text).not.toMatch(/secret|at /);
  await broken.close();
});
