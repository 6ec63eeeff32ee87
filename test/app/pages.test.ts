import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppLoadContext } from '@remix-run/node';
import { plugins } from '../../plugins/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { postForm, signInOverHttp, type Visitor } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';
import { announce } from '../../app/toast.server.ts';
import { raiseAlert } from '../../domain/alerts/index.ts';
import { createBusiness } from '../../domain/businesses/index.ts';
import { readSettings, settingsRegistry } from '../../domain/settings/index.ts';

// The pages as a browser without JavaScript sees them.

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let owner: Visitor;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: SOURCES, usesSandboxModel: true });
  business = await demoBusiness(database.db);
  owner = await signInOverHttp(server.url, business.email, business.password);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const stored = () => readSettings(database.db, business.businessId, settingsRegistry(SOURCES));

describe('signing in', () => {
  test('sets a cookie that scripts and other sites cannot use, and goes where the person wanted', async () => {
    const form = { email: ` ${business.email.toUpperCase()} `, password: business.password, next: '/calls/CA1?x=1' };
    const response = await postForm(server.url, '/sign-in', form);
    expect(response.status).toBe(302);
    expect(response.headers.get('Location')).toBe('/calls/CA1?x=1');
    const cookie = response.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/^prosaas_session=/);
    expect(cookie).toMatch(/; Path=\/(;|$)/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
  });

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
  ])('does not lead to %j', async (next) => {
    const response = await postForm(server.url, '/sign-in', {
      email: business.email,
      password: business.password,
      next,
    });
    expect(response.headers.get('Location')).toBe('/dashboard');
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 401, 'הדוא״ל או הסיסמה שגויים'],
    ['nobody', { email: 'nobody@example.co.il' }, 401, 'הדוא״ל או הסיסמה שגויים'],
    ['no password', { password: '' }, 422, 'יש להזין סיסמה'],
    ['no address', { email: '' }, 422, 'יש להזין כתובת דוא״ל'],
  ])('with %s says why in Hebrew and never repeats the password', async (_, change, status, text) => {
    const form = { email: business.email, password: business.password, ...change };
    const response = await postForm(server.url, '/sign-in', form);
    expect(response.status).toBe(status);
    expect(response.headers.getSetCookie()).toEqual([]);
    const html = await response.text();
    expect(html).toContain(text);
    if (form.email !== '') expect(html).toContain(`value="${form.email}"`);
    expect(html).not.toContain(`value="${form.password || 'x'}"`);
  });

  test('from another site is refused', async () => {
    const form = { email: business.email, password: business.password };
    expect((await postForm(server.url, '/sign-in', form, { Origin: 'https://evil.example' })).status).toBe(403);
  });
});

test('signing out ends the session itself, not only the cookie', async () => {
  const visitor = await signInOverHttp(server.url, business.email, business.password);
  expect((await visitor.get('/sign-out')).headers.get('Location')).toBe('/calls');
  expect((await visitor.get('/calls')).status).toBe(200);
  const response = await visitor.post('/sign-out', {});
  expect(response.headers.getSetCookie()[0]).toContain('Max-Age=0');
  expect((await visitor.get('/calls')).headers.get('Location')).toBe('/sign-in?next=%2Fcalls');
});

test('a person moves between their own businesses and to no other', async () => {
  const { db } = database;
  const other = await demoBusiness(db, '7');
  const visitor = await signInOverHttp(server.url, other.email, other.password);
  expect((await visitor.post('/switch-business', { business_id: business.businessId })).status).toBe(404);
  expect((await visitor.post('/switch-business', { business_id: 'x' })).status).toBe(404);

  const second = await createBusiness(db, {
    name: 'העסק השני',
    number: '+97237600777',
    ownerEmail: other.email,
    ownerPassword: other.password,
  });
  expect(await (await visitor.get('/calls')).text()).toContain('מעבר לעסק אחר');
  for (const [businessId, name] of [
    [second.businessId, 'העסק השני'],
    [other.businessId, 'נדל״ן הגליל 7'],
  ] as const) {
    expect((await visitor.post('/switch-business', { business_id: businessId })).headers.get('Location')).toBe('/');
    const html = await (await visitor.get('/settings/business')).text();
    expect(html).toContain(`value="${name}"`);
  }
});

test('a form of one business changes no other that its sender moved to in another window', async () => {
  const { db } = database;
  const first = await demoBusiness(db, '61');
  const visitor = await signInOverHttp(server.url, first.email, first.password);
  const second = await createBusiness(db, {
    name: 'העסק השני',
    number: '+97237600062',
    ownerEmail: first.email,
    ownerPassword: first.password,
  });
  const forms: readonly (readonly [string, Record<string, string>])[] = [
    ['/settings/business', { address: 'הרצל 1' }],
    ['/settings/ai', { greeting_message: 'שלום מהעסק הראשון' }],
    ['/settings/integrations?form=origins', { origins: 'https://first.example' }],
    ['/settings/numbers', { intent: 'add', number: '03-7600063', label: '' }],
    ['/settings/users', { form: 'invite', email: 'dana@example.co.il', name: 'דנה', role: 'agent' }],
    ['/do-not-call', { intent: 'add', phone: '052-1234567' }],
  ];
  await visitor.post('/switch-business', { business_id: first.businessId });
  const shown = await Promise.all(
    forms.map(async ([path]) => /name="_business" value="([^"]*)"/.exec(await (await visitor.get(path)).text())?.[1]),
  );
  expect(shown).toEqual(forms.map(() => first.businessId));
  await visitor.post('/switch-business', { business_id: second.businessId });
  for (const [path, form] of forms) {
    const refused = await visitor.post(path, { ...form, _business: first.businessId });
    expect([path, refused.status]).toEqual([path, 409]);
    const html = await refused.text();
    expect(html).toContain('עברת בינתיים לעסק אחר');
    expect(html).toMatch(new RegExp(`href="${path.replace('?', '\\?')}"[^>]*>לנסות שוב`));
  }
  await visitor.post('/switch-business', { business_id: first.businessId });
  const saved = await visitor.post('/settings/business', { address: 'הרצל 1', _business: first.businessId });
  expect(saved.status).toBe(302);
});

test('a stranger is sent to sign in, and back afterwards', async () => {
  const response = await fetch(`${server.url}/settings/ai?a=1`, { redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('Location')).toBe(`/sign-in?next=${encodeURIComponent('/settings/ai?a=1')}`);
  // A form whose session is over: back to the page it was sent from, never to another site's.
  for (const [page, next] of [
    [`${server.url}/settings/numbers?a=1`, '?next=%2Fsettings%2Fnumbers%3Fa%3D1'],
    ['https://evil.example//evil.example', ''],
    ['', ''],
  ]) {
    const sent = await fetch(`${server.url}/settings/numbers`, {
      method: 'POST',
      headers: { Origin: server.url, ...(page === '' ? {} : { Referer: page ?? '' }) },
      body: new URLSearchParams({ form: 'add' }),
      redirect: 'manual',
    });
    expect([page, sent.status, sent.headers.get('Location')]).toEqual([page, 302, `/sign-in${next}`]);
  }
});

test('pages are Hebrew, right to left, private, and carry no script or style without the nonce', async () => {
  const response = await owner.get('/calls');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  const html = await response.text();
  expect(html).toContain('<html lang="he" dir="rtl">');
  expect(html).toContain('סביבת הדגמה');
  expect(html).not.toMatch(/ style="/);
  const nonce = /'nonce-([^']+)'/.exec(response.headers.get('Content-Security-Policy') ?? '')?.[1];
  const scripts = html.match(/<script\b[^>]*>/g) ?? [];
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
});

test('an address that is none is a Hebrew page with status 404', async () => {
  for (const path of ['/nowhere', '/calls/CAnowhere', '/settings/nowhere']) {
    const response = await owner.get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/(הדף|השיחה) לא נמצא/);
  }
});

test('a failure nobody foresaw is a Hebrew page with status 500, without a word of what was thrown', async () => {
  const withIdentity = () => Promise.reject(new Error('secret of the database'));
  const broken = await startAppServer({ db: { ...database.db, withIdentity }, sources: SOURCES, log: 'silent' });
  const response = await fetch(`${broken.url}/calls`, { headers: { Cookie: owner.cookie } });
  expect(response.status).toBe(500);
  const html = await response.text();
  expect(html).toContain('משהו השתבש');
  expect(html).not.toMatch(/secret of|node_modules|\.ts:/);
  // What its reader tells support finds the line in the log.
  const reference = response.headers.get('X-Reference') ?? '';
  expect(reference).toMatch(/^[0-9a-f]{8}$/);
  expect(html).toContain(`>${reference}</bdi>`);
  await broken.close();
});

test('the page of all components is for those who build pages; the accessibility statement is for everybody', async () => {
  expect((await fetch(`${server.url}/design`)).status).toBe(404);
  const statement = await fetch(`${server.url}/accessibility`);
  expect(statement.status).toBe(200);
  expect(await statement.text()).toContain('5568');
  expect(await (await fetch(`${server.url}/sign-in`)).text()).toContain('href="/accessibility"');
});

test('what was just done is said once, on the next page, in our own words only', async () => {
  const config = { secureCookies: false, appSecret: 'test', previousAppSecrets: [] };
  const announced = await announce({ config } as unknown as AppLoadContext, 'ok', 'הליד נמחק.');
  const cookie = announced.split(';', 1)[0] ?? '';
  const get = (toast: string) => fetch(`${server.url}/calls`, { headers: { Cookie: `${owner.cookie}; ${toast}` } });
  const said = await get(cookie);
  expect(await said.text()).toContain('הליד נמחק.');
  expect(said.headers.getSetCookie().join()).toMatch(/prosaas_toast=;.*Max-Age=0/);
  const forged = await announce(
    { config: { ...config, appSecret: 'other' } } as unknown as AppLoadContext,
    'ok',
    'חייגו אליי',
  );
  expect(await (await get(forged.split(';', 1)[0] ?? '')).text()).not.toContain('חייגו אליי');
});

test('calls are read page by page, and a broken link leads to the first', async () => {
  const many = await demoBusiness(database.db, '8');
  for (let index = 0; index < 26; index++) {
    const startedAt = new Date(Date.UTC(2026, 0, 1, 10, index));
    await demoCall(database.db, many.businessId, { callSid: `CAmany${index}x`, startedAt, turns: [] });
  }
  const visitor = await signInOverHttp(server.url, many.email, many.password);
  const first = await (await visitor.get('/calls')).text();
  expect(first).toContain('/calls/CAmany25x');
  expect(first).not.toContain('/calls/CAmany0x');
  const next = /href="(\/calls\?cursor=[^"]+)"/.exec(first)?.[1] ?? '';
  const second = await (await visitor.get(next)).text();
  expect(second).toContain('/calls/CAmany0x');
  expect(second).not.toContain('/calls/CAmany1x');
  expect(second).not.toContain('/calls?cursor=');
  expect((await visitor.get('/calls?cursor=broken')).headers.get('Location')).toBe('/calls');
});

test('the plugins of the product stand on the settings with their fixed labels', async () => {
  const real = await startAppServer({ db: database.db, sources: plugins });
  const page = async (path: string) =>
    (await fetch(`${real.url}${path}`, { headers: { Cookie: owner.cookie } })).text();
  const [business, integrations] = [await page('/settings/business'), await page('/settings/integrations')];
  for (const label of ['אינטגרציה עם Monday.com', 'שלח תמלולי שיחות אוטומטית ל-Monday', 'Monday Webhook URL']) {
    expect(integrations).toContain(`>${label}<`);
  }
  expect(integrations).toContain('שליחת בדיקה');
  expect(business.indexOf('פרטי העסק')).toBeLessThan(business.indexOf('שעות פתיחה'));
  const ai = await page('/settings/ai');
  for (const label of [
    'נתק שיחה אוטומטית אחרי קבלת כל פרטי הליד',
    'נתק שיחה כשלקוח אומר ביי / תודה / אין צורך',
    'הבוט מדבר ראשון (ניגון הודעת פתיחה לפני שמקשיבים ללקוח)',
  ]) {
    expect(ai).toContain(`>${label}<`);
  }
  for (const html of [business, integrations, ai]) expect(html.match(/>שמור הגדרות</g)).toHaveLength(1);
  await real.close();
});

describe('settings', () => {
  const BUSINESS = {
    business_name: 'נדל״ן הגליל 1',
    contact_phone: '052-111 2233',
    contact_email: 'office@example.co.il',
    address: 'הרצל 1, כרמיאל',
    time_zone: 'Asia/Nicosia',
  };
  const MONDAY = {
    monday_webhook_url: 'https://hooks.example.com/a',
    _shown: 'send_call_transcripts_to_monday',
    send_call_transcripts_to_monday: 'on',
  };

  test('of the business are saved together and shown again', async () => {
    const response = await owner.post('/settings/business', BUSINESS);
    expect(response.status).toBe(302);
    expect(response.headers.get('Location')).toBe('/settings/business');
    const saved = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const page = await fetch(`${server.url}/settings/business`, { headers: { Cookie: `${owner.cookie}; ${saved}` } });
    const html = await page.text();
    expect(html).toContain('ההגדרות נשמרו');
    expect(html).toContain('value="052-111-2233"');
    expect(page.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect(html).toContain('<option value="Asia/Nicosia" selected="">');
    expect((await owner.post('/settings/integrations', MONDAY)).headers.get('Location')).toBe('/settings/integrations');
    expect(await stored()).toMatchObject({
      monday_webhook_url: 'https://hooks.example.com/a',
      send_call_transcripts_to_monday: true,
    });
  });

  test('an unticked box is off, an emptied webhook is none, and what the form did not show stays', async () => {
    await owner.post('/settings/integrations', { ...MONDAY });
    const { send_call_transcripts_to_monday: _, ...unticked } = MONDAY;
    await owner.post('/settings/integrations', { ...unticked, monday_webhook_url: ' ' });
    expect(await stored()).toMatchObject({ send_call_transcripts_to_monday: false, monday_webhook_url: null });
    await owner.post('/settings/ai', { greeting_message: 'שלום' });
    expect(await stored()).toMatchObject({ greeting_message: 'שלום', barge_in_enabled: true });
  });

  test('every kind of control is read', async () => {
    const response = await owner.post('/settings/ai', {
      agent_name: 'יונתן',
      voice: 'ash',
      prompt: 'שורה אחת\r\nשורה שתיים',
      max_call_sec: '600',
      _shown: ['bot_speaks_first', 'barge_in_enabled', 'required_lead_fields'],
      bot_speaks_first: 'on',
      required_lead_fields: ['phone', 'email'],
    });
    expect(response.status).toBe(302);
    expect(await stored()).toMatchObject({
      agent_name: 'יונתן',
      voice: 'ash',
      prompt: 'שורה אחת\nשורה שתיים',
      max_call_sec: 600,
      bot_speaks_first: true,
      barge_in_enabled: false,
      required_lead_fields: ['phone', 'email'],
    });
  });

  test('one mistake and nothing is saved; every mistake is told beside its field and what was typed stays', async () => {
    const before = await stored();
    const response = await owner.post('/settings/business', {
      ...BUSINESS,
      business_name: ' ',
      contact_email: 'not-an-address',
      address: 'כתובת חדשה',
      _shown: 'short_day_hours',
      'short_day_hours.from': '12:00',
      'short_day_hours.to': '11:00',
    });
    expect(response.status).toBe(422);
    const html = await response.text();
    expect(html).toContain('role="alert"');
    expect(html).toContain('href="#business_name"');
    for (const name of ['business_name', 'contact_email']) {
      const input = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0] ?? '';
      expect(input).toContain('aria-invalid="true"');
      expect(input).toContain(`${name}-error`);
      expect(html).toContain(`id="${name}-error"`);
    }
    expect(html).toContain('value="not-an-address"');
    expect(html).toContain('value="כתובת חדשה"');
    expect(html).toMatch(/id="short_day_hours-error"[^>]*>.*?[א-ת]/s);
    expect(html).toContain('value="11:00"');
    expect(await stored()).toEqual(before);
    expect(await (await owner.get('/settings/business')).text()).not.toContain('כתובת חדשה');
  });

  test.each([
    ['max_call_sec', 'הרבה'],
    ['max_call_sec', ''],
    ['max_call_sec', '1e3'],
    ['max_call_sec', '10.5'],
    ['voice', 'shouting'],
  ])('%s=%j is refused in Hebrew', async (name, value) => {
    const response = await owner.post('/settings/ai', { [name]: value });
    expect(response.status).toBe(422);
    expect(await response.text()).toMatch(new RegExp(`id="${name}-error"[^>]*>.*?[א-ת]`, 's'));
  });

  test('an agent gets a Hebrew page with status 403, to read and to write', async () => {
    const email = await demoPerson(database.db, business.businessId, 'agent');
    const agent = await signInOverHttp(server.url, email, DEMO_PASSWORD);
    for (const response of [await agent.get('/settings/ai'), await agent.post('/settings/ai', { agent_name: 'x' })]) {
      expect(response.status).toBe(403);
      const html = await response.text();
      expect(html).toContain('אין לך הרשאה');
      expect(html).not.toContain('href="/settings"');
    }
    expect((await stored())['agent_name']).not.toBe('x');
  });

  test('from another site, or of another kind, are refused', async () => {
    const evil = await owner.post('/settings/ai', { agent_name: 'x' }, { Origin: 'https://evil.example' });
    expect(evil.status).toBe(403);
    const json = await fetch(`${server.url}/settings/ai`, {
      method: 'POST',
      headers: { Cookie: owner.cookie, Origin: server.url, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(415);
    const large = await owner.post('/settings/ai', { prompt: 'x'.repeat(600 * 1024) });
    expect(large.status).toBe(413);
    expect((await stored())['agent_name']).not.toBe('x');
  });
});

describe('the page of a call', () => {
  test('shows keys that were pressed and tools that were used where they belong between the turns', async () => {
    await demoCall(database.db, business.businessId, {
      callSid: 'CAkeys',
      startedAt: new Date('2026-01-02T09:00:00Z'),
      turns: [
        ['agent', 'להקיש את מספר ההזמנה'],
        ['caller', 'הקשתי'],
      ],
    });
    const { businessId } = business;
    await database.db.withBusiness(businessId, async (tx) => {
      const { turns } = await tx.call.findUniqueOrThrow({ where: { callSid: 'CAkeys' }, include: { turns: true } });
      const atMs = turns.find(({ speaker }) => speaker === 'caller')?.startedMs ?? 0;
      const sideEvents = [
        { kind: 'dtmf', atMs: atMs - 2, digit: '4' },
        { kind: 'dtmf', atMs: atMs - 1, digit: '#' },
        { kind: 'tool', atMs: atMs + 1, name: 'save_lead_details', failed: false },
        { kind: 'tool', atMs: atMs + 2, name: 'book', failed: true },
      ];
      await tx.call.updateMany({ where: { callSid: 'CAkeys' }, data: { sideEvents } });
    });
    const html = (await (await owner.get('/calls/CAkeys')).text()).split('<script')[0] ?? '';
    const shown = ['להקיש את מספר ההזמנה', '>4#<', 'הקשתי', 'פרטי הלקוח נרשמו', 'נכשלה'].map((text) =>
      html.indexOf(text),
    );
    expect(shown).not.toContain(-1);
    expect(shown).toEqual([...shown].sort((one, other) => one - other));
  });

  test('a failed delivery is sent again by an owner, never by an agent, and only from its own call', async () => {
    const at = new Date('2026-01-02T10:00:00Z');
    const deliveryId = await demoCall(database.db, business.businessId, {
      callSid: 'CAagain',
      startedAt: at,
      delivery: 'failed',
    });
    await demoCall(database.db, business.businessId, { callSid: 'CAelse', startedAt: at });
    const form = { delivery_id: deliveryId ?? '' };

    const agent = await signInOverHttp(
      server.url,
      await demoPerson(database.db, business.businessId, 'agent'),
      DEMO_PASSWORD,
    );
    const ofAgent = await (await agent.get('/calls/CAagain')).text();
    expect(ofAgent).not.toContain('שליחה מחדש');
    // Nor is an agent told of deliveries, on the page, in its data or by the API.
    expect(ofAgent).not.toContain(deliveryId);
    expect(await (await agent.get('/api/calls/CAagain')).json()).toMatchObject({ deliveries: [] });
    expect(await (await owner.get('/api/calls/CAagain')).json()).toMatchObject({
      deliveries: [{ delivery_id: deliveryId }],
    });
    expect((await agent.post('/calls/CAagain', form)).status).toBe(403);
    expect((await owner.post('/calls/CAelse', form)).status).toBe(404);
    const deliveries = () => server.jobs.filter(({ job }) => job === 'deliver');
    expect(deliveries()).toEqual([]);

    expect(await (await owner.get('/calls/CAagain')).text()).toContain('שליחה מחדש');
    expect((await owner.post('/calls/CAagain', form)).status).toBe(302);
    expect(deliveries()).toEqual([{ job: 'deliver', payload: { businessId: business.businessId, deliveryId } }]);
    expect(await (await owner.get('/calls/CAagain')).text()).not.toContain('שליחה מחדש');
  });

  test('shows times in the time zone of the business', async () => {
    await demoCall(database.db, business.businessId, {
      callSid: 'CAsummer',
      startedAt: new Date('2026-07-02T20:30:00Z'),
    });
    expect(await (await owner.get('/calls/CAsummer')).text()).toContain('23:30:00');
  });
});

describe('what only the owner can mend', () => {
  test('stands above every page of an owner until it is put away, and nobody else is told', async () => {
    const { businessId, email, password } = await demoBusiness(database.db, '77');
    const visitor = await signInOverHttp(server.url, email, password);
    const words = 'נגמרה היתרה';
    const shown = async (who: Visitor, path = '/calls') => (await (await who.get(path)).text()).includes(words);
    expect(await shown(visitor)).toBe(false);

    await raiseAlert(database.db, businessId, 'model_quota');
    expect(await shown(visitor)).toBe(true);
    expect(await shown(visitor, '/settings/ai')).toBe(true);
    const agent = await signInOverHttp(server.url, await demoPerson(database.db, businessId, 'agent'), DEMO_PASSWORD);
    expect(await shown(agent)).toBe(false);
    expect((await agent.post('/alerts', { kind: 'model_quota' })).status).toBe(403);
    expect(await shown(owner)).toBe(false);

    expect((await visitor.post('/alerts', { kind: 'nothing' })).status).toBe(404);
    expect((await visitor.post('/alerts', { kind: 'model_quota' }, { Origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect(await shown(visitor)).toBe(true);
    const put = await visitor.post('/alerts', { kind: 'model_quota' }, { Accept: 'text/html' });
    expect([put.status, put.headers.get('Location')]).toEqual([302, '/calls']);
    expect(await shown(visitor)).toBe(false);
  });
});
