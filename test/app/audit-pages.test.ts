import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit, readAudit } from '../../domain/audit/index.ts';
import { listedNumbers } from '../../domain/do-not-call/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let other: DemoBusiness;
let owner: Visitor;
let admin: Visitor;
let agent: Visitor;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: SOURCES });
  business = await demoBusiness(database.db);
  other = await demoBusiness(database.db, '2');
  const person = async (role: 'admin' | 'agent') =>
    signInOverHttp(server.url, await demoPerson(database.db, business.businessId, role), DEMO_PASSWORD);
  owner = await signInOverHttp(server.url, business.email, business.password);
  admin = await person('admin');
  agent = await person('agent');
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const page = async (visitor: Visitor, path: string) => {
  const response = await visitor.get(path);
  return { status: response.status, html: await response.text() };
};

describe('the audit log', () => {
  const at = (kind: 'person' | 'token', label: string, action: `${string}.${string}`, entityId: string) =>
    database.db.withBusiness(business.businessId, (tx) =>
      audit(tx, {
        businessId: business.businessId,
        actor: {
          kind,
          id: null,
          label,
          actsAs: label === 'root@example.test',
          address: '192.0.2.7',
          userAgent: 'curl/8',
        },
        action,
        entityId,
        before: { agent_name: 'נועה' },
        after: { agent_name: 'יונתן', monday_webhook_url: 'https://hooks.example.test/0123456789abcd' },
      }),
    );

  test('is for owners, and shows who, what, from where, before and after, without secrets', async () => {
    await at('person', 'root@example.test', 'settings.updated', 'first');
    const { status, html } = await page(owner, '/audit');
    expect(status).toBe(200);
    for (const shown of [
      'שינוי הגדרות',
      'root@example.test',
      'בשם העסק',
      '192.0.2.7',
      'שם הסוכן',
      'נועה',
      'יונתן',
      '••••abcd',
    ]) {
      expect(html).toContain(shown);
    }
    expect(html).not.toContain('hooks.example.test');
    expect((await page(admin, '/audit')).status).toBe(403);
    expect((await page(agent, '/audit')).status).toBe(403);
  });

  test('is narrowed by person, words, action, record and period, by its address alone', async () => {
    await at('token', 'n8n', 'delivery.replayed', 'second');
    const today = new Date().toISOString().slice(0, 10);
    const counts = async (query: string) => {
      const { html } = await page(owner, `/audit?${query}`);
      return { first: html.includes('>first<'), second: html.includes('>second<') };
    };
    expect(await counts('')).toEqual({ first: true, second: true });
    expect(await counts('actor=n8n')).toEqual({ first: false, second: true });
    expect(await counts('text=ROOT')).toEqual({ first: true, second: false });
    expect(await counts('action=delivery')).toEqual({ first: false, second: true });
    expect(await counts('action=settings.updated')).toEqual({ first: true, second: false });
    expect(await counts('record=second')).toEqual({ first: false, second: true });
    expect(await counts('until=2020-01-01')).toEqual({ first: false, second: false });
    expect(await counts(`from=2020-01-01&actor=n8n&until=2099-01-01`)).toEqual({ first: false, second: true });
    expect(await counts('text=nobody')).toEqual({ first: false, second: false });
    expect(today).toMatch(/^\d{4}/);
    expect((await page(owner, '/audit?text=nobody')).html).toContain('אין רשומות שמתאימות');
    expect((await owner.get('/audit?cursor=x')).status).toBe(302);
  });

  test('is read page by page without losing or repeating an entry', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const read = await readAudit(database.db, business.businessId, { cursor, limit: 1 });
      seen.push(...read.entries.map(({ id }) => id));
      cursor = read.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const all = await readAudit(database.db, business.businessId, { limit: 100 });
    expect(seen).toEqual(all.entries.map(({ id }) => id));
  });
});

describe('the do-not-call list', () => {
  const numbers = async (businessId = business.businessId) =>
    (await listedNumbers(database.db, businessId, { limit: 100 })).numbers;

  test('is read by everybody and written by managers', async () => {
    expect((await agent.post('/do-not-call', { intent: 'add', phone: '0521112233' })).status).toBe(403);
    expect((await agent.post('/do-not-call', { intent: 'import', numbers: '0521112233' })).status).toBe(403);
    const { status, html } = await page(agent, '/do-not-call');
    expect(status).toBe(200);
    expect(html).not.toContain('הוספת מספר');
    expect(await numbers()).toEqual([]);
  });

  test('takes a number, a pasted list, and tells which lines were no numbers', async () => {
    const added = await admin.post('/do-not-call', { intent: 'add', phone: '052-111-2233' });
    expect(await added.text()).toContain('המספר נוסף לרשימה');
    const wrong = await admin.post('/do-not-call', { intent: 'add', phone: 'אבי' });
    expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('מספר הטלפון אינו תקין')]);
    const pasted = await admin.post('/do-not-call', { intent: 'import', numbers: '052-111-2233\nאבי\n0521112244' });
    const answer = await pasted.text();
    expect(answer).toContain('שורות שלא נקלטו');
    expect(answer).toMatch(/שורה\s*(<!-- -->)?\s*2/);
    expect((await numbers()).map(({ phone }) => phone).sort()).toEqual(['+972521112233', '+972521112244']);
    expect((await page(agent, '/do-not-call?search=1122-44')).html).not.toContain('052-111-2233');
  });

  test('lets a number go after a confirmation, and only of one’s own business', async () => {
    const id = (await numbers())[0]?.id ?? '';
    const stranger = await signInOverHttp(server.url, other.email, other.password);
    expect((await stranger.post('/do-not-call', { intent: 'remove', id })).status).toBe(404);
    expect((await page(admin, `/do-not-call?remove=${id}`)).html).toContain('כן, להסיר');
    expect((await admin.post('/do-not-call', { intent: 'remove', id })).status).toBe(302);
    expect((await admin.post('/do-not-call', { intent: 'remove', id })).status).toBe(404);
    expect((await numbers()).map((listed) => listed.id)).not.toContain(id);
  });
});

test('the page of a call says that its caller opted out, and why its words are gone', async () => {
  const { businessId } = business;
  await demoCall(database.db, businessId, { callSid: 'CAgone', startedAt: new Date('2026-01-01T10:00:00Z') });
  const now = new Date();
  await database.db.withBusiness(businessId, async (tx) => {
    await tx.turn.deleteMany({ where: { call: { callSid: 'CAgone' } } });
    await tx.call.updateMany({
      where: { callSid: 'CAgone' },
      data: { optedOutAt: now, wordsPurgedAt: now, transcript: null },
    });
  });
  const { html } = await page(owner, '/calls/CAgone');
  expect(html).toContain('הלקוח ביקש שלא יתקשרו אליו');
  expect(html).toContain('התמלול נמחק לפי מדיניות השמירה');
});
