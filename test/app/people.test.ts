import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireSecondFactorOf, resumeBusiness, suspendBusiness } from '../../domain/businesses/index.ts';
import { createSystemAdmin } from '../../domain/users/index.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness, demoPerson, DEMO_PASSWORD, type DemoBusiness } from '../helpers/demo-business.ts';
import { postForm, signInOverHttp, type Visitor } from '../helpers/http.ts';

const ADMIN = { email: 'root@example.co.il', password: 'ענן כחול מעל הגליל' };

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let admin: Visitor;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: [] });
  business = await demoBusiness(database.db);
  await createSystemAdmin(database.db, ADMIN, TEST_ACTOR);
  admin = await signInOverHttp(server.url, ADMIN.email, ADMIN.password);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const signedIn = (email: string) => signInOverHttp(server.url, email, DEMO_PASSWORD);
const locationOf = (response: Response) => response.headers.get('Location');
const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? '';

describe('signing in', () => {
  test('leads each role to its own first page, and on to what was asked for where the role may open it', async () => {
    const agent = await demoPerson(database.db, business.businessId, 'agent');
    const arriving = async (email: string, password: string, next: string) =>
      locationOf(await postForm(server.url, '/sign-in', { email, password, next }));
    expect(await arriving(ADMIN.email, ADMIN.password, '')).toBe('/businesses');
    expect(await arriving(ADMIN.email, ADMIN.password, '/calls')).toBe('/businesses');
    expect(await arriving(ADMIN.email, ADMIN.password, '/businesses?search=a')).toBe('/businesses?search=a');
    expect(await arriving(agent, DEMO_PASSWORD, '/settings/users')).toBe('/calls');
    expect(await arriving(agent, DEMO_PASSWORD, '/account')).toBe('/account');
    expect(await arriving(business.email, DEMO_PASSWORD, '/settings/users')).toBe('/settings/users');
  });

  test('too often is answered with 429, and says for how long', async () => {
    const attempt = () => postForm(server.url, '/sign-in', { email: 'locked@example.co.il', password: 'wrong' });
    for (let n = 0; n < 10; n++) expect((await attempt()).status).toBe(401);
    const refused = await attempt();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(800);
    expect(await refused.text()).toContain('אפשר לנסות שוב בעוד 15 דקות');
  });

  test('a link for a new password is promised in the same words to everybody, and enqueued by its id alone', async () => {
    const jobs = server.jobs.length;
    const answers = [];
    for (const email of [business.email, 'nobody@example.co.il']) {
      const response = await postForm(server.url, '/forgot-password', { email });
      const text = (await response.text()).replaceAll(/nonce="[^"]*"|\d{13}/gu, '');
      answers.push([response.status, text]);
    }
    expect(answers[0]).toEqual(answers[1]);
    const made = server.jobs.slice(jobs);
    expect(made.map(({ job, payload }) => [job, Object.keys(payload)])).toEqual([
      ['mail-password-reset', ['resetId']],
      ['mail-password-reset', ['resetId']],
    ]);
    expect((await fetch(`${server.url}/reset-password/none`)).status).toBe(410);
    expect((await fetch(`${server.url}/invitation/none`)).status).toBe(410);
  });
});

describe('a system administrator', () => {
  test('needs no business for the pages about all of them, and is led there from the others', async () => {
    const page = await admin.get('/businesses');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(business.email);
    expect(locationOf(await admin.get('/calls'))).toBe('/businesses');
    const owner = await signedIn(business.email);
    for (const path of ['/businesses', `/businesses/${business.businessId}`]) {
      expect((await owner.get(path)).status).toBe(403);
    }
    expect((await owner.post('/businesses', { name: 'x' })).status).toBe(403);
  });

  test('acts as a business under a banner, and is written down as doing so', async () => {
    const { businessId } = await demoBusiness(database.db, '21');
    expect(locationOf(await admin.post(`/businesses/${businessId}`, { form: 'act_as' }))).toBe('/calls');
    expect(await (await admin.get('/calls')).text()).toContain('פועל כעסק');
    await admin.post('/settings/users', { form: 'invite', email: 'guest@example.co.il', name: '', role: 'agent' });
    expect(locationOf(await admin.post('/act-as/end', {}))).toBe(`/businesses/${businessId}`);
    expect(locationOf(await admin.get('/calls'))).toBe('/businesses');
    const entries = await database.db.withBusiness(businessId, (tx) =>
      tx.auditEntry.findMany({ where: { actorLabel: ADMIN.email }, orderBy: { at: 'asc' } }),
    );
    expect(entries.map(({ action, actedAs }) => `${action} ${actedAs}`)).toEqual([
      'business.acting_began true',
      'invitation.created true',
      'business.acting_ended true',
    ]);
  });

  test('creates a business, changes its limits and flags, and refuses what is wrong', async () => {
    const form = {
      name: 'פרחי הצפון',
      number: '04-6001234',
      ownerEmail: 'p@example.co.il',
      ownerPassword: 'פרחים בצפון',
    };
    const made = await admin.post('/businesses', form);
    const path = locationOf(made) ?? '';
    expect(path).toMatch(/^\/businesses\/[0-9a-f-]{36}$/u);
    expect((await admin.post('/businesses', form)).status).toBe(422);
    expect((await admin.post('/businesses', { ...form, number: 'x', ownerPassword: 'short' })).status).toBe(422);
    const guessed = await admin.post('/businesses', { ...form, number: '04-6001235', ownerPassword: 'password123' });
    expect([guessed.status, await guessed.text()]).toEqual([422, expect.stringContaining('נפוצה וקלה לניחוש')]);
    expect((await admin.post(path, { form: 'limits', max_total_calls: '7', max_outbound_calls: '2' })).status).toBe(
      302,
    );
    expect((await admin.post(path, { form: 'limits', max_total_calls: 'many', max_outbound_calls: '2' })).status).toBe(
      422,
    );
    expect((await admin.post(path, { form: 'flags', flag: ['webhooks', 'nonsense'] })).status).toBe(302);
    const row = await database.db.withBusiness(path.slice('/businesses/'.length), (tx) =>
      tx.business.findFirst({ include: { settings: true } }),
    );
    expect(row?.settings).toMatchObject({ max_total_calls: 7, max_outbound_calls: 2 });
    expect(row?.featureFlags).toEqual({ webhooks: true, insights: false, recordings: false });
    expect((await admin.get('/businesses/00000000-0000-4000-8000-000000000000')).status).toBe(404);
    expect((await admin.get('/businesses/x')).status).toBe(404);
  });
});

test('a suspended business keeps its people and tokens out, leaves them their account, and opens again', async () => {
  const { businessId, apiToken, email } = await demoBusiness(database.db, '31');
  const owner = await signedIn(email);
  const byToken = () => fetch(`${server.url}/api/calls`, { headers: { Authorization: `Bearer ${apiToken}` } });
  await suspendBusiness(database.db, businessId, 'בדיקה', TEST_ACTOR);
  const page = await owner.get('/calls');
  expect(page.status).toBe(403);
  expect(await page.text()).toContain('העסק מושעה');
  expect((await owner.get('/account')).status).toBe(200);
  for (const response of [await byToken(), await owner.get('/api/calls')]) {
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'business_suspended' } });
  }
  await resumeBusiness(database.db, businessId, TEST_ACTOR);
  expect((await byToken()).status).toBe(200);
  expect((await owner.get('/calls')).status).toBe(200);
});

test('where a second factor is required it is set up before anything else, and asked for from then on', async () => {
  const { businessId, email } = await demoBusiness(database.db, '41');
  await requireSecondFactorOf(database.db, businessId, true, TEST_ACTOR);
  const owner = await signedIn(email);
  expect(locationOf(await owner.get('/calls'))).toBe('/account/second-factor');
  expect((await owner.get('/api/calls')).status).toBe(403);
  await owner.post('/account/second-factor', { form: 'begin' });
  const setUp = await (await owner.get('/account/second-factor')).text();
  const secret = /value="([A-Z2-7]{32})"/u.exec(setUp)?.[1] ?? '';
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  // The code of the step before is right as well, and leaves this one for signing in.
  const code = totp.generate({ timestamp: Date.now() - 30_000 });
  const confirmed = await owner.post('/account/second-factor', { form: 'confirm', code });
  expect(confirmed.headers.get('Cache-Control')).toContain('no-store');
  expect((await confirmed.text()).match(/<li>[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}<\/li>/gu)).toHaveLength(10);
  expect((await owner.get('/calls')).status).toBe(200);

  const half = await postForm(server.url, '/sign-in', { email, password: DEMO_PASSWORD, next: '/settings/users' });
  expect(locationOf(half)).toBe('/sign-in/second-factor?next=%2Fsettings%2Fusers');
  const waiting = { Cookie: cookieOf(half) };
  for (const path of ['/calls', '/account', '/api/calls', '/settings/users']) {
    const response = await fetch(`${server.url}${path}`, { headers: waiting, redirect: 'manual' });
    expect([path, response.status]).toEqual([path, path.startsWith('/api') ? 401 : 302]);
  }
  const next = '/settings/users';
  const wrong = await postForm(server.url, '/sign-in/second-factor', { code: '000000x', next }, waiting);
  expect(wrong.status).toBe(422);
  const right = await postForm(server.url, '/sign-in/second-factor', { code: totp.generate(), next }, waiting);
  expect(locationOf(right)).toBe('/settings/users');
  expect(cookieOf(right)).not.toBe(waiting.Cookie);
});

describe('the page of users', () => {
  test('is open to owner and admin, shows links where no mail goes out, and refuses what goes too far', async () => {
    const { businessId, email } = await demoBusiness(database.db, '51');
    const owner = await signedIn(email);
    const [manager, agent] = [
      await signedIn(await demoPerson(database.db, businessId, 'admin')),
      await signedIn(await demoPerson(database.db, businessId, 'agent')),
    ];
    expect((await agent.get('/settings/users')).status).toBe(403);
    expect((await agent.post('/settings/users', { form: 'invite' })).status).toBe(403);
    const wide = { form: 'invite', email: 'boss@example.co.il', name: '', role: 'owner' };
    expect((await manager.post('/settings/users', wide)).status).toBe(403);
    expect((await owner.post('/settings/users', wide)).status).toBe(302);
    // An admin does not see a link by which somebody becomes owner.
    expect(await (await owner.get('/settings/users')).text()).toMatch(/\/invitation\/[\w-]{43}/u);
    expect(await (await manager.get('/settings/users')).text()).not.toMatch(/\/invitation\/[\w-]{43}/u);
    // Without JavaScript the question stands below its button, and only its answer is a form that removes.
    const page = await (await owner.get('/settings/users')).text();
    expect(page).toMatch(/<details[^>]*>.*הסרה מהעסק.*לעזוב את העסק\?.*name="form" value="remove"/su);
    expect(page).toContain('לבטל את ההזמנה?');
    const self = await database.db.withBusiness(businessId, (tx) => tx.user.findFirst({ where: { email } }));
    const last = await owner.post('/settings/users', { form: 'remove', user_id: self?.id ?? '' });
    expect(last.status).toBe(409);
    expect(await last.text()).toContain('לפחות בעלים אחד');
  });
});
