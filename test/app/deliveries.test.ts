import { afterAll, beforeAll, expect, test } from 'vitest';
import { destinationsOf } from '../../domain/destinations/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

// The pages of deliveries and destinations as a browser without JavaScript sees them.

const LIST = '/settings/integrations/destinations';
let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let owner: Visitor;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: SOURCES });
  business = await demoBusiness(database.db);
  owner = await signInOverHttp(server.url, business.email, business.password);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const page = async (path: string) => {
  const response = await owner.get(path);
  return { status: response.status, html: await response.text() };
};

test('deliveries are listed with their destination’s health, narrowed, opened and replayed', async () => {
  const startedAt = new Date(Date.now() - 3_600_000);
  const call = { callSid: 'CAfailed', startedAt, delivery: 'failed' } as const;
  const deliveryId = await demoCall(database.db, business.businessId, call);
  const list = await page('/deliveries');
  expect(list.status).toBe(200);
  expect(list.html).toContain(`/deliveries/${deliveryId}`);
  expect(list.html).toContain('שליחה מחדש של מה שנכשל ביממה');
  expect((await page('/deliveries?status=delivered')).html).not.toContain(`/deliveries/${deliveryId}`);
  expect((await page('/deliveries?destination=x&status=y&period=z')).status).toBe(200);
  const one = await page(`/deliveries/${deliveryId}`);
  expect(one.html).toContain('HTTP 404');
  expect(one.html).not.toContain('hooks.example.com/secret');
  expect((await page('/deliveries/nonsense')).status).toBe(404);
  const replayed = await owner.post(`/deliveries/${deliveryId}`, {});
  expect(replayed.status).toBe(302);
  expect(server.jobs).toMatchObject([{ job: 'deliver', payload: { deliveryId } }]);
});

test('a webhook is added with a secret shown once, tested, switched and removed', async () => {
  const wrong = await owner.post(LIST, { intent: 'add', name: 'n8n', url: 'ftp://x', events: [] });
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain('בחרו לפחות אירוע אחד.');
  const form = { intent: 'add', name: 'n8n', url: 'https://hooks.example.com/very-secret', events: ['call.completed'] };
  const added = await (await owner.post(LIST, form)).text();
  expect(added).toContain('whsec_');
  const find = async () =>
    (await destinationsOf(database.db, business.businessId)).find(({ kind }) => kind === 'webhook');
  const here = `${LIST}/${(await find())?.destinationId}`;
  const edit = await page(here);
  expect(edit.html).toContain('https://hooks.example.com/very-secret');
  expect(edit.html).not.toContain('whsec_');
  expect((await owner.post(here, { intent: 'test' })).headers.get('Location')).toMatch(/^\/deliveries\//);
  expect(await (await owner.post(here, { intent: 'rotate' })).text()).toContain('whsec_');
  await owner.post(here, { intent: 'off' });
  expect(await find()).toMatchObject({ status: 'off', offReason: 'by_hand' });
  await owner.post(here, { intent: 'remove' });
  expect(await find()).toMatchObject({ removed: true });
  expect((await page(here)).status).toBe(404);
});

test('an agent sees neither', async () => {
  const person = await demoPerson(database.db, business.businessId, 'agent');
  const agent = await signInOverHttp(server.url, person, DEMO_PASSWORD);
  for (const path of ['/deliveries', LIST]) expect((await agent.get(path)).status).toBe(403);
});
