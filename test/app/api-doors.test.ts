import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOrigins } from '../../domain/businesses/index.ts';
import { issueApiToken, revokeApiToken } from '../../domain/users/index.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { apiDocument } from '../helpers/api-document.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

/** Who may use the JSON API from where, and how often. */

const SITE = 'https://www.salon.example';
const OTHER_SITE = 'https://garage.example:8443';
const LIMIT = 20;

let database: TestDatabase;
let server: AppServer;
/** The same product on the same database, as a second process runs it; allows twenty requests a minute. */
let narrow: AppServer;
let mine: DemoBusiness;
let other: DemoBusiness;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: SOURCES });
  narrow = await startAppServer({ db: database.db, sources: SOURCES, apiRequestsPerMinute: LIMIT });
  mine = await demoBusiness(database.db, '1');
  other = await demoBusiness(database.db, '2');
  await writeOrigins(database.db, mine.businessId, SITE, TEST_ACTOR);
  await writeOrigins(database.db, other.businessId, OTHER_SITE, TEST_ACTOR);
});
afterAll(async () => {
  await server.close();
  await narrow.close();
  await database.close();
});

const BUSINESS = '/api/business/current';
const SETTINGS = '/api/business/current/settings';

const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
  fetch(`${server.url}${path}`, { method, headers });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const preflight = (origin: string, path = SETTINGS) =>
  ask(
    path,
    {
      Origin: origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization,content-type,if-match',
    },
    'OPTIONS',
  );
/** What an answer says about other origins. */
const crossing = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

describe('a page of another origin', () => {
  test('on its business’s list is let in, by name, without cookies', async () => {
    const before = await preflight(SITE);
    expect(before.status).toBe(204);
    expect(crossing(before)).toEqual({
      'access-control-allow-origin': SITE,
      'access-control-allow-methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type,If-Match,Last-Event-ID',
      'access-control-expose-headers': 'ETag,Retry-After,X-Reference',
      'access-control-max-age': '600',
    });
    expect(before.headers.get('Vary')).toContain('Origin');
    const answer = await ask(SETTINGS, { Origin: SITE, ...bearer(mine.apiToken) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ETag')).not.toBeNull();
    expect(answer.headers.get('Vary')).toContain('Origin');
    expect(crossing(answer)).toEqual({
      'access-control-allow-origin': SITE,
      'access-control-expose-headers': 'ETag,Retry-After,X-Reference',
    });
  });

  test('reads what is wrong with its request, and that its token holds no longer', async () => {
    const name = randomUUID();
    const made = await issueApiToken(
      database.db,
      mine.businessId,
      { name, scopes: ['business:read'], days: 1 },
      TEST_ACTOR,
    );
    const refused = await ask(SETTINGS, { Origin: SITE, ...bearer(made.token) });
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([403, SITE]);
    await revokeApiToken(database.db, mine.businessId, made.id, TEST_ACTOR);
    const over = await ask(SETTINGS, { Origin: SITE, ...bearer(made.token) });
    expect([over.status, over.headers.get('Access-Control-Allow-Origin')]).toEqual([401, SITE]);
    const elsewhere = await ask(SETTINGS, { Origin: 'https://nobody.example', ...bearer(made.token) });
    expect([elsewhere.status, crossing(elsewhere)]).toEqual([401, {}]);
  });

  test.each([
    ['on nobody’s list', 'https://nobody.example'],
    ['without an origin of its own', 'null'],
    ['of the right host, but not over https', 'http://www.salon.example'],
    ['of the right host, but at another port', `${SITE}:8443`],
    ['whose name only begins so', `${SITE}.evil.example`],
    ['whose origin is written otherwise', SITE.toUpperCase()],
    ['of everywhere', '*'],
  ])('%s is told nothing', async (_, origin) => {
    expect(crossing(await preflight(origin))).toEqual({});
    const answer = await ask(BUSINESS, { Origin: origin, ...bearer(mine.apiToken) });
    expect([answer.status, crossing(answer)]).toEqual([200, {}]);
    expect(answer.headers.get('Vary')).toContain('Origin');
  });

  test('on another business’s list reads nothing of this one', async () => {
    const answer = await ask(BUSINESS, { Origin: OTHER_SITE, ...bearer(mine.apiToken) });
    expect(crossing(answer)).toEqual({});
    const own = await ask(BUSINESS, { Origin: OTHER_SITE, ...bearer(other.apiToken) });
    expect(own.headers.get('Access-Control-Allow-Origin')).toBe(OTHER_SITE);
  });

  test('gets nothing by a person’s cookie, nor without any token', async () => {
    const { cookie } = await owner();
    for (const headers of [{ Cookie: cookie }, {}]) {
      expect(crossing(await ask(BUSINESS, { Origin: SITE, ...headers }))).toEqual({});
    }
    const changed = await fetch(`${server.url}${SETTINGS}`, {
      method: 'PUT',
      headers: { Origin: SITE, Cookie: cookie, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect([changed.status, crossing(changed)]).toEqual([403, {}]);
  });

  test('hears of changes as they happen', async () => {
    expect((await preflight(SITE, '/api/events')).headers.get('Access-Control-Allow-Origin')).toBe(SITE);
    const answer = await ask('/api/events', { Origin: SITE, ...bearer(mine.apiToken) }, 'HEAD');
    expect([answer.status, answer.headers.get('Access-Control-Allow-Origin')]).toEqual([204, SITE]);
  });

  test('reads no page of ours, whoever lists it', async () => {
    expect(crossing(await ask('/settings/integrations', { Origin: SITE, ...bearer(mine.apiToken) }))).toEqual({});
  });
});

let visitor: Promise<Visitor> | undefined;
function owner(): Promise<Visitor> {
  visitor ??= demoPerson(database.db, mine.businessId, 'owner').then((email) =>
    signInOverHttp(server.url, email, DEMO_PASSWORD),
  );
  return visitor;
}

describe('the list of origins', () => {
  const PATH = '/settings/integrations?form=origins';
  const save = async (origins: string) => (await owner()).post(PATH, { origins });
  const list = () =>
    database.db.withBusiness(mine.businessId, (tx) =>
      tx.business.findUniqueOrThrow({ where: { id: mine.businessId }, select: { corsOrigins: true } }),
    );

  test('is kept as browsers write origins, once each, is shown again and written down', async () => {
    const saved = await save(
      `${SITE}/\r\nHTTPS://App.Example.co.il:443 ${SITE}\nhttp://localhost:5173\nhttps://מוסך.example`,
    );
    expect([saved.status, saved.headers.get('Location')]).toEqual([302, '/settings/integrations']);
    const origins = [SITE, 'https://app.example.co.il', 'http://localhost:5173'];
    const { corsOrigins } = await list();
    expect(corsOrigins).toEqual([...origins, expect.stringMatching(/^https:\/\/xn--[a-z0-9]+\.example$/)]);
    const page = await (await (await owner()).get('/settings/integrations')).text();
    expect(page).toContain('https://app.example.co.il');
    expect(saved.headers.getSetCookie().join()).toContain('prosaas_toast=');
    const [entry] = await database.db.withBusiness(mine.businessId, (tx) =>
      tx.auditEntry.findMany({ where: { action: 'business.origins_changed' }, orderBy: { at: 'desc' }, take: 1 }),
    );
    expect(entry).toMatchObject({ before: { origins: [SITE] }, after: { origins: corsOrigins } });
    expect((await save('')).status).toBe(302);
    expect((await list()).corsOrigins).toEqual([]);
    expect(crossing(await preflight(SITE))).toEqual({});
    await save(SITE);
  });

  test.each([
    ['*', 'אי אפשר לפתוח לכל האתרים'],
    ['https://*.example.com', 'אי אפשר לפתוח לכל האתרים'],
    ['null', 'זה אינו אתר'],
    ['www.example.com', 'חסר'],
    ['ftp://example.com', 'צריכה להתחיל'],
    ['http://example.com', 'מאובטח'],
    ['https://example.com/shop', 'בלי מה שאחריו'],
    ['https://example.com/?a=1', 'בלי מה שאחריו'],
    ['https://a:b@example.com', 'בלי שם משתמש'],
    ['https://', 'אינה תקינה'],
    [`https://${'a'.repeat(400)}.example`, 'אינה תקינה'],
    [Array.from({ length: 21 }, (_, n) => `https://${n}.example`).join('\n'), 'אפשר לרשום עד 20'],
  ])('takes no %s, and says why', async (typed, why) => {
    const answer = await save(`https://good.example\n${typed}`);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain(why);
    expect(page).toContain('https://good.example');
    expect((await list()).corsOrigins).toEqual([SITE]);
  });
});

describe('a token', () => {
  const get = (url: string, token: string) => fetch(`${url}${BUSINESS}`, { headers: bearer(token) });

  test('that asks too often is told to wait, in the document’s words; another token is not', async () => {
    const busy = await demoBusiness(database.db, '3');
    await writeOrigins(database.db, busy.businessId, OTHER_SITE, TEST_ACTOR);
    const api = await apiDocument(narrow.url);
    const statuses: number[] = [];
    for (let n = 0; n < LIMIT; n++) statuses.push((await get(narrow.url, busy.apiToken)).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await get(narrow.url, busy.apiToken);
    expect(refused.status).toBe(429);
    await api.check('GET', BUSINESS, refused);
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } });
    const wait = Number(refused.headers.get('Retry-After'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await get(narrow.url, mine.apiToken)).status).toBe(200);
    const seen = await fetch(`${narrow.url}${BUSINESS}`, {
      headers: { Origin: OTHER_SITE, ...bearer(busy.apiToken) },
    });
    expect([seen.status, seen.headers.get('Access-Control-Expose-Headers')]).toEqual([
      429,
      expect.stringContaining('Retry-After'),
    ]);
  });

  test('that is none counts for its address, and holds up no token that is one', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 130; n++) statuses.push((await get(narrow.url, `psk_made-up-${n}`)).status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.at(-1)).toBe(429);
    expect((await get(narrow.url, mine.apiToken)).status).toBe(200);
  });
});
