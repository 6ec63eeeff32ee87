import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { plugins } from '../../plugins/index.ts';
import { settingsRegistry, updateSettings } from '../../domain/settings/index.ts';

// The first page and the lists, as a browser without JavaScript sees them.

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let owner: Visitor;
let agent: Visitor;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: plugins });
  business = await demoBusiness(database.db);
  const at = Date.now();
  const calls = [
    { callSid: 'CAfailed', leadName: '=HYPERLINK("x")', delivery: 'failed', from: '+972541112223' },
    { callSid: 'CAquiet', endReason: 'silence', from: '+972549998887', turns: [['caller', 'מחפשת וטרינר']] },
    { callSid: 'CAout', direction: 'outbound', leadName: 'דנה', delivery: 'delivered' },
  ] as const;
  for (const [index, call] of calls.entries()) {
    await demoCall(database.db, business.businessId, { ...call, startedAt: new Date(at - index * 60_000) });
  }
  owner = await signInOverHttp(server.url, business.email, business.password);
  const email = await demoPerson(database.db, business.businessId, 'agent');
  agent = await signInOverHttp(server.url, email, DEMO_PASSWORD);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const page = async (visitor: Visitor, path: string) => (await visitor.get(path)).text();
const shown = (html: string) =>
  ['CAfailed', 'CAquiet', 'CAout'].filter((callSid) => html.includes(`href="/calls/${callSid}"`));

describe('the list of calls', () => {
  test.each([
    ['', ['CAfailed', 'CAquiet', 'CAout']],
    ['?q=וטרינר', ['CAquiet']],
    ['?q=054-999', ['CAquiet']],
    ['?outcome=quiet', ['CAquiet']],
    ['?direction=outbound', ['CAout']],
    ['?delivery=failed', ['CAfailed']],
    ['?from=2020-01-01&to=2020-01-02', []],
    ['?from=nonsense&outcome=nonsense&direction=nonsense', ['CAfailed', 'CAquiet', 'CAout']],
    ['?from=0001-01-01&to=9999-12-31', ['CAfailed', 'CAquiet', 'CAout']],
    ['?from=0000-01-01&to=2026-02-31', ['CAfailed', 'CAquiet', 'CAout']],
  ])('under %j', async (search, calls) => {
    expect(shown(await page(owner, `/calls${search}`))).toEqual(calls);
  });

  test('says that nothing was found, and keeps what was looked for', async () => {
    const html = await page(owner, '/calls?q=%D7%90%D7%91%D7%92%D7%93');
    expect(html).toContain('לא נמצאו שיחות');
    expect(html).toContain('value="אבגד"');
  });

  test('is a file for Excel under the same filter, in which no text is a formula', async () => {
    const response = await owner.get('/calls/export?delivery=failed');
    expect(response.headers.get('Content-Type')).toContain('text/csv');
    expect(response.headers.get('Content-Disposition')).toContain('calls.csv');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [head, first, ...rest] = new TextDecoder().decode(bytes).trim().split('\r\n');
    expect(head).toContain('איך הסתיימה');
    expect(first).toContain('CAfailed');
    expect(first).toContain("'=HYPERLINK");
    expect(rest).toEqual([]);
  });

  test('is a file for managers alone', async () => {
    expect((await agent.get('/calls/export')).status).toBe(403);
    expect(await page(agent, '/calls')).not.toContain('/calls/export');
  });
});

test('leads are found by name, and lead to their calls', async () => {
  const html = await page(owner, '/leads?q=דנה');
  const [, address = ''] = /href="(\/leads\/[0-9a-f-]+)"/.exec(html) ?? [];
  expect(html).not.toContain('HYPERLINK');
  const lead = await page(owner, address);
  expect(shown(lead)).toEqual(['CAout']);
  expect(lead).toContain('דירת 4 חדרים בכרמיאל');
  expect((await owner.get(`${address}?cursor=*`)).headers.get('Location')).toBe(address);
});

test('a detail of the business stands in its list and on its pages as it is written here, in the file as it is stored', async () => {
  const custom = [
    { key: 'budget', label: 'תקציב', kind: 'number' },
    { key: 'moving_in', label: 'כניסה', kind: 'date' },
  ];
  const { businessId } = business;
  const registry = settingsRegistry(plugins);
  await updateSettings(database.db, businessId, { custom_lead_fields: custom }, registry, { actor: TEST_ACTOR });
  const where = { businessId_phone: { businessId, phone: '+972541112223' } };
  const fields = { budget: '1650000', moving_in: '2027-03-01', constructor: 'קבלן' };
  const { id } = await database.db.withBusiness(businessId, (tx) => tx.lead.update({ where, data: { fields } }));
  for (const path of ['/leads', `/leads/${id}`, '/calls/CAfailed']) {
    const html = await page(owner, path);
    expect(html).toContain('>1,650,000<');
    expect(html).toContain('>1 במרץ 2027<');
  }
  expect(await page(owner, `/leads/${id}`)).toContain('קבלן');
  // What was first heard of today is not in the list of another day, also not under a search, nor in its file.
  for (const search of ['to=2020-01-01', 'from=2020-01-01&to=2020-01-02&q=054']) {
    expect(await page(owner, `/leads?${search}`)).toContain('לא נמצאו לידים');
    expect(await (await owner.get(`/leads/export?${search}`)).text()).not.toContain('+972541112223');
  }
  expect(await page(owner, '/leads?from=2020-01-01&q=054')).toContain('>1,650,000<');
  expect(await page(owner, '/leads?from=nonsense')).toContain('>1,650,000<');
  const file = await (await owner.get('/leads/export')).text();
  expect(file).toContain('1650000');
  expect(file).toContain('2027-03-01');
});

test('the first page of owner and admin tells the figures, each with the list behind it; an agent begins with the calls', async () => {
  const html = await page(owner, '/dashboard');
  for (const text of ['שיחות היום', 'מתקיימות עכשיו', 'לידים חדשים היום', 'שליחות שנכשלו'])
    expect(html).toContain(text);
  expect(html).toContain('/calls?outcome=live');
  expect(html).toContain('/deliveries?status=failed&amp;period=month');
  const newLeads = /href="(\/leads\?from=[\d-]+)"/.exec(html)?.[1] ?? '';
  expect(await page(owner, newLeads)).toContain('דנה');
  expect(html).toMatch(/href="\/calls\?from=([\d-]+)&amp;to=\1"/);
  expect((await agent.get('/dashboard')).status).toBe(403);
});

test.each(['0000-01-01', '0001-01-01', '0000-12-31', '9999-12-31', '2026-02-31'])(
  'the day %s, which the database may not have, breaks no list and no download',
  async (day) => {
    for (const address of ['/calls', '/calls/export', '/audit']) {
      const answer = await owner.get(`${address}?from=${day}&to=${day}`);
      expect(answer.status, address).toBe(200);
      await answer.text();
    }
  },
);

test.each(['0000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026-01-01T24:00:00.000Z'])(
  'a page behind %s is none',
  async (at) => {
    const cursor = Buffer.from(`${at}/0190b0b0-0000-7000-8000-000000000000`).toString('base64url');
    for (const address of ['/calls', '/leads', '/do-not-call', '/audit', '/api/calls']) {
      const { status } = await owner.get(`${address}?cursor=${cursor}`);
      expect([302, 422], `${address}: ${status}`).toContain(status);
    }
  },
);
