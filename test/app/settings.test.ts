import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { saveLeadDetails } from '../../domain/leads/index.ts';
import { readSettings, settingsRegistry } from '../../domain/settings/index.ts';
import { AppError } from '../../platform/errors.ts';
import type { OutgoingRequest, OutgoingResponse } from '../../platform/outgoing.ts';
import { plugins } from '../../plugins/index.ts';
import { aCall } from '../domain/fixtures.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let owner: Visitor;
let admin: Visitor;
const sent: OutgoingRequest[] = [];
let answer: () => Promise<OutgoingResponse> = () => Promise.reject(new AppError('outgoing_timeout'));
const heard: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({
    db: database.db,
    sources: plugins,
    send: (request) => {
      sent.push(request);
      return answer();
    },
    hear: (businessId, text, voice) => {
      heard.push(`${businessId} ${voice} ${text}`);
      return Promise.resolve(Uint8Array.of(0xff, 0x00, 0x80));
    },
  });
  business = await demoBusiness(database.db);
  owner = await signInOverHttp(server.url, business.email, business.password);
  const email = await demoPerson(database.db, business.businessId, 'admin');
  admin = await signInOverHttp(server.url, email, DEMO_PASSWORD);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const registry = settingsRegistry(plugins);
const stored = () => readSettings(database.db, business.businessId, registry);
const TEXT_FIELDS = ['agent_name', 'greeting_message', 'max_call_sec', 'prompt'];

/** What the form of a tab brings: the values of some inputs, and what names all that was seen. */
async function opened(visitor: Visitor, path: string): Promise<Record<string, string>> {
  const settings = await stored();
  return {
    ...Object.fromEntries(TEXT_FIELDS.map((key) => [key, String(settings[key])])),
    _seen: seenIn(await (await visitor.get(path)).text()),
  };
}

function seenIn(html: string): string {
  const value = /<input type="hidden" name="_seen" value="([^"]*)"/.exec(html)?.[1] ?? '';
  return value.replaceAll('&quot;', '"');
}

describe('two people with the same tab open', () => {
  test('both keep what each changed of it', async () => {
    const [dana, yossi] = [await opened(owner, '/settings/ai'), await opened(admin, '/settings/ai')];
    expect((await owner.post('/settings/ai', { ...dana, agent_name: 'נועם' })).status).toBe(302);
    expect((await admin.post('/settings/ai', { ...yossi, max_call_sec: '900' })).status).toBe(302);
    expect(await stored()).toMatchObject({ agent_name: 'נועם', max_call_sec: 900 });
  });

  test('the one who loses sees both, and chooses', async () => {
    const [dana, yossi] = [await opened(owner, '/settings/ai'), await opened(admin, '/settings/ai')];
    await owner.post('/settings/ai', { ...dana, greeting_message: 'של בעל העסק' });
    const mine = { ...yossi, greeting_message: 'של המנהל', agent_name: 'יונתן' };
    const lost = await admin.post('/settings/ai', mine);
    expect(lost.status).toBe(409);
    const html = await lost.text();
    expect(html).toContain('מישהו שמר בינתיים הגדרה שגם שינית');
    for (const words of ['של בעל העסק', 'של המנהל', business.email]) expect(html).toContain(words);
    expect(html).toMatch(/<textarea[^>]*name="greeting_message"[^>]*>של המנהל</);
    expect((await stored())['agent_name']).not.toBe('יונתן');
    // The answer brings what was seen at first: sent again without a choice nothing is decided.
    const again = { ...mine, _seen: seenIn(html), '_now.greeting_message': nowIn(html, 'greeting_message') };
    expect((await admin.post('/settings/ai', again)).status).toBe(409);

    expect((await admin.post('/settings/ai', { ...again, '_choice.greeting_message': 'theirs' })).status).toBe(302);
    expect(await stored()).toMatchObject({ greeting_message: 'של בעל העסק', agent_name: 'יונתן' });
    expect((await admin.post('/settings/ai', { ...again, '_choice.greeting_message': 'mine' })).status).toBe(302);
    expect((await stored())['greeting_message']).toBe('של המנהל');
  });

  test('a choice is about what was shown: what came after it is shown again', async () => {
    const [dana, yossi] = [await opened(owner, '/settings/ai'), await opened(admin, '/settings/ai')];
    await owner.post('/settings/ai', { ...dana, greeting_message: 'ראשונה' });
    const html = await (await admin.post('/settings/ai', { ...yossi, greeting_message: 'שלי' })).text();
    await owner.post('/settings/ai', { greeting_message: 'שנייה' });
    const chosen = await admin.post('/settings/ai', {
      ...yossi,
      greeting_message: 'שלי',
      '_now.greeting_message': nowIn(html, 'greeting_message'),
      '_choice.greeting_message': 'mine',
    });
    expect(chosen.status).toBe(409);
    expect(await chosen.text()).toContain('שנייה');
  });

  test('the details of the business are held to it as well, in one save with the settings', async () => {
    const html = await (await owner.get('/settings/business')).text();
    const form = { business_name: 'נדל״ן הגליל 1', address: '', time_zone: 'Asia/Jerusalem', _seen: seenIn(html) };
    expect((await owner.post('/settings/business', { ...form, address: 'הרצל 1' })).status).toBe(302);
    const week = { _shown: 'opening_hours', 'opening_hours.sunday.from': '09:00', 'opening_hours.sunday.to': '17:00' };
    const lost = await admin.post('/settings/business', { ...form, ...week, address: 'הרצל 2' });
    expect(lost.status).toBe(409);
    expect(await lost.text()).toContain('הרצל 1');
    expect((await stored())['opening_hours']).toBeNull();
    const other = await admin.post('/settings/business', { ...form, ...week, business_name: 'נדל״ן הגליל' });
    expect(other.status).toBe(302);
    expect(await (await owner.get('/settings/business')).text()).toContain('value="הרצל 1"');
  });
});

function nowIn(html: string, key: string): string {
  return new RegExp(`name="_now\\.${key}" value="([0-9a-f]+)"`).exec(html)?.[1] ?? '';
}

describe('opening hours', () => {
  test('are read from a form without a script, and stand in it again', async () => {
    const response = await owner.post('/settings/business', {
      _shown: ['opening_hours', 'short_day_hours', 'holiday_hours', 'special_days'],
      'opening_hours.sunday.from': ['16:00', '09:00', '', ''],
      'opening_hours.sunday.to': ['19:00', '13:00', '', ''],
      'short_day_hours.from': '08:30',
      'short_day_hours.to': '12:00',
      'holiday_hours.purim': 'short',
      'holiday_hours.pesach': 'closed',
      'special_days.from': ['2027-01-10', ''],
      'special_days.until': ['', ''],
      'special_days.name': ['יום כיף', ''],
      'special_days.opens': ['', ''],
      'special_days.closes': ['', ''],
    });
    expect(response.status).toBe(302);
    const none = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [] };
    expect(await stored()).toMatchObject({
      opening_hours: {
        ...none,
        sunday: [
          { from: '09:00', to: '13:00' },
          { from: '16:00', to: '19:00' },
        ],
      },
      short_day_hours: { from: '08:30', to: '12:00' },
      holiday_hours: { purim: 'short' },
      special_days: [{ from: '2027-01-10', until: '2027-01-10', name: 'יום כיף', hours: [] }],
    });
    const html = await (await owner.get('/settings/business')).text();
    expect(html).toMatch(/name="opening_hours.sunday.to"[^>]*value="19:00"/);
    expect(html).toContain('value="יום כיף"');
    expect(html).toContain('ערב פסח');
  });

  test.each([
    [{ 'opening_hours.monday.from': '09:00', 'opening_hours.monday.to': '' }, 'opening_hours', 'התבנית|שעה'],
    [
      { 'opening_hours.monday.from': ['09:00', '12:00'], 'opening_hours.monday.to': ['13:00', '15:00'] },
      'opening_hours',
      'חופפים',
    ],
    [{ 'special_days.from': '2027-02-31', 'special_days.until': '' }, 'special_days', 'אינו קיים'],
    [{ 'special_days.from': '2027-02-03', 'special_days.until': '2027-02-01' }, 'special_days', 'אחרי הראשון'],
    [{ 'holiday_hours.purim': 'maybe' }, 'holiday_hours', 'יש לבחור'],
  ])('%j is refused beside its control', async (form, key, words) => {
    const response = await owner.post('/settings/business', { _shown: key, ...form });
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(new RegExp(`id="${key}-error"[^>]*>.*?(${words})`, 's'));
  });
});

describe('a test to Monday', () => {
  beforeEach(() => void sent.splice(0));
  const form = { monday_webhook_url: 'https://hooks.example.com/new', _test: 'monday-export' };

  test('sends the twelve keys to the address as typed, marked as a test, and shows the answer; nothing is saved', async () => {
    answer = () => Promise.resolve({ status: 200, headers: {}, text: '{"challenge":"ok"}' });
    const response = await owner.post('/settings/integrations', form);
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain('HTTP 200');
    expect(html).toContain('challenge');
    expect(html).toContain('value="https://hooks.example.com/new"');
    expect(sent.map(({ url }) => url)).toEqual(['https://hooks.example.com/new']);
    const body = JSON.parse(sent[0]?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      'source',
      'business_id',
      'business_name',
      'call_id',
      'call_sid',
      'direction',
      'from_number',
      'to_number',
      'started_at',
      'ended_at',
      'duration_sec',
      'transcript',
    ]);
    expect(body).toMatchObject({ call_sid: 'TEST', transcript: expect.stringContaining('בדיקה') as string });
    expect((await stored())['monday_webhook_url']).toBeNull();
    const [entry] = await database.db.withBusiness(business.businessId, (tx) =>
      tx.auditEntry.findMany({ where: { action: 'integration.tested' } }),
    );
    expect(entry).toMatchObject({ entityId: 'monday-export', after: { status: 200 }, actorLabel: business.email });
    expect(JSON.stringify(entry)).not.toContain('hooks.example.com');
  });

  test.each([
    ['a receiver that does not answer', () => Promise.reject(new AppError('outgoing_timeout')), 'לא ענה בזמן'],
    ['an address within', () => Promise.reject(new AppError('outgoing_address_refused')), 'רשת פנימית'],
    ['a wrong address', () => Promise.resolve({ status: 404, headers: {}, text: '' }), 'הכתובת לא קיימת'],
  ])('%s is told in Hebrew', async (_, reply, words) => {
    answer = reply;
    expect(await (await owner.post('/settings/integrations', form)).text()).toContain(words);
  });

  test('without an address, or with a wrong one, nothing is sent', async () => {
    const none = await owner.post('/settings/integrations', { ...form, monday_webhook_url: '' });
    expect(await none.text()).toContain('אין לאן לשלוח');
    const wrong = await owner.post('/settings/integrations', { ...form, monday_webhook_url: 'ftp://x' });
    expect(wrong.status).toBe(422);
    expect(sent).toEqual([]);
  });

  test('only so many in a while', async () => {
    answer = () => Promise.resolve({ status: 200, headers: {}, text: '' });
    const answers = [];
    for (let index = 0; index < 8; index++)
      answers.push(await (await owner.post('/settings/integrations', form)).text());
    expect(answers.at(-1)).toContain('יותר מדי ניסיונות');
    expect(sent.length).toBeLessThan(8);
  });
});

describe('a preview by ear', () => {
  const PREVIEW = '/settings/ai/preview';

  test('speaks the text as typed in the voice as chosen, as a WAV file for nobody else', async () => {
    const response = await owner.post(PREVIEW, {
      _hear: 'greeting_message',
      greeting_message: 'שלום לך',
      voice: 'ash',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('audio/wav');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(heard.at(-1)).toBe(`${business.businessId} ash שלום לך`);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('RIFF');
    await owner.post(PREVIEW, { _hear: 'voice', voice: 'marin' });
    expect(heard.at(-1)).toContain(' marin שלום');
  });

  test.each([
    ['nothing', { _hear: 'greeting_message', greeting_message: ' ' }],
    ['too much', { _hear: 'greeting_message', greeting_message: 'א'.repeat(601) }],
  ])('%s is refused in words', async (_, form) => {
    const before = heard.length;
    const response = await owner.post(PREVIEW, form);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('אין כאן מה להשמיע');
    expect(heard).toHaveLength(before);
  });

  test('is for people who may change settings, from our own pages', async () => {
    const form = { _hear: 'voice', voice: 'ash' };
    const agent = await signInOverHttp(
      server.url,
      await demoPerson(database.db, business.businessId, 'agent'),
      DEMO_PASSWORD,
    );
    expect((await agent.post(PREVIEW, form)).status).toBe(403);
    expect((await owner.post(PREVIEW, form, { Origin: 'https://evil.example' })).status).toBe(403);
    expect((await owner.get(PREVIEW)).status).toBe(405);
  });
});

describe('versions of a prompt', () => {
  test('are listed with who saved them and what changed, and one is restored', async () => {
    await owner.post('/settings/ai', { prompt: 'דבר לאט וברור' });
    await admin.post('/settings/ai', { prompt: 'דבר מהר וברור' });
    const page = '/settings/ai/prompts/calls';
    const html = await (await owner.get(page)).text();
    const newest = Number(/גרסה (?:<!-- -->)?(\d+)/.exec(html)?.[1]);
    expect(html).toMatch(/<del[^>]*>.*?לאט.*?<\/del>/s);
    expect(html).toMatch(/<ins[^>]*>.*?מהר.*?<\/ins>/s);
    expect(html).toContain(business.email);

    const form = { restore: String(newest - 1), newest: String(newest) };
    expect((await owner.post(page, form)).headers.get('Location')).toBe(`${page}?restored`);
    expect((await stored())['prompt']).toBe('דבר לאט וברור');
    expect(await (await owner.get(page)).text()).toContain(`שוחזר מגרסה ${newest - 1}`);
    // What was newest then is not any more.
    expect((await owner.post(page, form)).headers.get('Location')).toBe(`${page}?changed`);
    expect((await owner.post(page, { restore: '99', newest: String(newest + 1) })).status).toBe(404);
    expect((await owner.get('/settings/ai/prompts/letters')).status).toBe(404);
    expect((await owner.get(`${page}?version=77`)).status).toBe(404);
    expect(await (await owner.get('/settings/ai/prompts/whatsapp')).text()).toContain('עדיין אין גרסאות');
  });
});

describe('the JSON API', () => {
  const SETTINGS = '/api/business/current/settings';
  const call = (path: string, method = 'GET', body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${business.apiToken}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  test.each([SETTINGS, '/api/business/current/prompt'])('%s is changed on condition', async (path) => {
    const tag = (await call(path)).headers.get('ETag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]+"$/);
    const changed = await call(path, 'PUT', { prompt: `חדש ${path}` }, { 'If-Match': `W/${tag}, "other"` });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('ETag')).not.toBe(tag);
    const late = await call(path, 'PUT', { prompt: 'מאוחר' }, { 'If-Match': tag });
    expect(late.status).toBe(412);
    expect(await late.json()).toMatchObject({ error: { code: 'precondition_failed' } });
    expect((await stored())['prompt']).toBe(`חדש ${path}`);
    expect((await call(path)).headers.get('ETag')).toBe(changed.headers.get('ETag'));
    for (const headers of [{}, { 'If-Match': '*' }]) {
      expect((await call(path, 'PUT', { prompt: 'בלי תנאי' }, headers)).status).toBe(200);
    }
  });

  test('hours go in as they come out', async () => {
    const { opening_hours: week } = (await (await call(SETTINGS)).json()) as Record<string, unknown>;
    const again = await call(SETTINGS, 'PUT', { opening_hours: week });
    expect(((await again.json()) as Record<string, unknown>)['opening_hours']).toEqual(week);
    const cleared = await call(SETTINGS, 'PUT', { opening_hours: null });
    expect(((await cleared.json()) as Record<string, unknown>)['opening_hours']).toBeNull();
  });
});

describe('details of the business’s own', () => {
  const KEY = 'custom_lead_fields';
  /** Rows as the form sends them: each part of all rows in one list. */
  const rows = (...fields: readonly Readonly<Record<string, string>>[]) => ({
    _shown: KEY,
    ...Object.fromEntries(
      ['key', 'label', 'kind', 'options', 'ask', 'order', 'stored'].map((part) => [
        `${KEY}.${part}`,
        fields.map((field) => field[part] ?? ''),
      ]),
    ),
  });
  const EMPTY = { kind: 'text', ask: 'always', order: '9' };
  const BUDGET = { key: 'budget', label: 'תקציב', kind: 'number', ask: 'always', order: '2' };
  const HOME = { label: 'סוג הנכס', kind: 'choice', options: 'דירה, בית פרטי', ask: 'when_relevant', order: '1' };

  test('are defined in a form that needs no script, in the order given, each with a key', async () => {
    expect((await owner.post('/settings/ai', rows(BUDGET, HOME, EMPTY))).status).toBe(302);
    expect((await stored())[KEY]).toEqual([
      {
        key: 'detail_1',
        label: 'סוג הנכס',
        kind: 'choice',
        options: ['דירה', 'בית פרטי'],
        ask: 'when_relevant',
        removed: false,
      },
      { key: 'budget', label: 'תקציב', kind: 'number', options: [], ask: 'always', removed: false },
    ]);
    const html = await (await owner.get('/settings/ai')).text();
    expect(html).toContain('value="סוג הנכס"');
    expect(html).toContain('value="דירה, בית פרטי"');
    expect(html).toContain('<code dir="ltr">budget</code>');
  });

  test('what is wrong with one is said, and what was typed stands there again', async () => {
    const response = await owner.post(
      '/settings/ai',
      rows({ ...BUDGET, kind: 'choice', options: 'אחת', stored: 'yes' }),
    );
    expect(response.status).toBe(422);
    const html = await response.text();
    expect(html).toContain('לבחירה נדרשות לפחות שתי אפשרויות');
    expect(html).toContain('value="אחת"');
  });

  test('the one who loses a race over them sees both', async () => {
    const seen = seenIn(await (await admin.get('/settings/ai')).text());
    await owner.post('/settings/ai', rows({ ...BUDGET, label: 'תקציב בשקלים', stored: 'yes' }));
    const lost = await admin.post('/settings/ai', {
      ...rows({ ...BUDGET, label: 'כמה כסף', stored: 'yes' }),
      _seen: seen,
    });
    expect(lost.status).toBe(409);
    const html = await lost.text();
    expect(html).toContain('תקציב בשקלים: מספר, בכל שיחה');
    expect(html).toContain('כמה כסף: מספר, בכל שיחה');
  });

  test('one that is removed keeps its name wherever it was collected, and is a column of the file', async () => {
    const { db } = database;
    const { businessId } = business;
    const [{ number = '' } = {}] = await db.withBusiness(businessId, (tx) => tx.phoneNumber.findMany());
    const { callId } = await aCall(db, { businessId, number });
    await saveLeadDetails(db, businessId, callId, { phone: '0521231234', fields: { name: 'נטע', budget: '2000000' } });
    expect(await (await owner.get('/leads')).text()).toContain('תקציב בשקלים');
    await owner.post('/settings/ai', rows({ ...BUDGET, label: 'תקציב בשקלים', ask: 'removed', stored: 'yes' }));
    const list = await (await owner.get('/leads')).text();
    expect(list).not.toContain('תקציב בשקלים');
    const [, address = ''] = /href="(\/leads\/[0-9a-f-]{36})"/.exec(list) ?? [];
    const lead = await (await owner.get(address)).text();
    expect(lead).toContain('תקציב בשקלים');
    expect(lead).toContain('2000000');
    const file = await owner.get('/leads/export');
    expect(file.headers.get('Content-Disposition')).toContain('leads.csv');
    const [head = '', row = ''] = (await file.text()).split('\r\n');
    const column = head.split(',').indexOf('תקציב בשקלים');
    expect(row.split(',')[column]).toBe('2000000');
  });
});

describe('a secret of a plugin', () => {
  const SECRET = 'Bearer monday-token-abcd1234';
  const NAME = 'plugin:monday-export:monday_authorization';
  let mine: DemoBusiness;
  let person: Visitor;
  beforeAll(async () => {
    mine = await demoBusiness(database.db, '2');
    person = await signInOverHttp(server.url, mine.email, mine.password);
  });
  const save = (visitor: Visitor, form: Record<string, string>) =>
    visitor.post('/settings/integrations', { monday_webhook_url: 'https://hook.monday.com/abcd', ...form });
  const card = async (visitor: Visitor) => (await visitor.get('/settings/integrations')).text();
  const sealed = () =>
    database.db.withBusiness(mine.businessId, (tx) => tx.businessSecret.findFirst({ where: { name: NAME } }));

  test('is written only: the page, the API and the audit log tell its last four characters at most', async () => {
    expect((await save(person, { monday_authorization: SECRET })).status).toBe(302);
    expect((await sealed())?.lastFour).toBe('1234');
    const html = await card(person);
    expect(html).toContain('מוגדר, מסתיים ב');
    const read = await (await person.get('/api/business/current/settings')).text();
    const audited = await (await person.get('/audit')).text();
    for (const text of [html, read, audited, JSON.stringify(await sealed())])
      expect(text).not.toContain('monday-token');
    expect(read).not.toContain('monday_authorization');
  });

  test('goes with a test, as it is kept and as it is typed, and no answer echoes it', async () => {
    answer = () => Promise.resolve({ status: 200, headers: {}, text: `you sent ${SECRET}` });
    const before = sent.length;
    const shown = await (await save(person, { _test: 'monday-export' })).text();
    await save(person, { _test: 'monday-export', monday_authorization: 'Bearer typed-but-not-saved' });
    expect(sent.slice(before).map(({ headers }) => headers?.['authorization'])).toEqual([
      SECRET,
      'Bearer typed-but-not-saved',
    ]);
    expect(shown).toContain('you sent');
    expect(shown).not.toContain('monday-token');
  });

  test('stays when the box is left empty, is refused where a header could not carry it, and is forgotten on request', async () => {
    await save(person, { monday_authorization: '' });
    const kept = await sealed();
    const refused = await save(person, { monday_authorization: 'סוד בעברית' });
    expect(refused.status).toBe(422);
    expect(await refused.text()).not.toContain('סוד בעברית');
    expect(await sealed()).toEqual(kept);
    await save(person, { '_clear.monday_authorization': 'on' });
    expect(await sealed()).toBeNull();
  });

  test('is the owner’s to change', async () => {
    const email = await demoPerson(database.db, mine.businessId, 'admin');
    const other = await signInOverHttp(server.url, email, DEMO_PASSWORD);
    expect(await card(other)).not.toContain('name="monday_authorization"');
    expect((await save(other, { monday_authorization: SECRET })).status).toBe(422);
    expect(await sealed()).toBeNull();
  });
});
