import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import routes from '../../app/routes.ts';
import { ENDPOINTS, WEBHOOKS } from '../../app/api/catalog/index.ts';
import { VERIFY_SIGNATURE } from '../../app/api/verify-signature.ts';
import { newSigningSecret, signatureHeaders } from '../../domain/deliveries/index.ts';
import { can, scopesFor } from '../../domain/users/index.ts';
import { LIVE_PATH } from '../../server/live-endpoint.ts';
import { mondayPayload } from '../../plugins/monday-export/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { apiDocument, type ApiDocument } from '../helpers/api-document.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness, demoCall, type DemoBusiness } from '../helpers/demo-business.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

let database: TestDatabase;
let server: AppServer;
let mine: DemoBusiness;
let api: ApiDocument;

beforeAll(async () => {
  database = await testDatabase();
  server = await startAppServer({ db: database.db, sources: SOURCES });
  mine = await demoBusiness(database.db, '1');
  api = await apiDocument(server.url);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

/** The addresses of the JSON API that the router and the web process answer, as OpenAPI writes them. */
const ROUTES = [
  ...routes.flatMap(({ path }) => (path?.startsWith('api/') === true && path !== 'api/*' ? [`/${path}`] : [])),
  LIVE_PATH,
].map((path) => path.replaceAll(/:(\w+)/g, '{$1}'));

const get = (path: string, token: string = mine.apiToken) =>
  fetch(`${server.url}${path}`, { headers: token === '' ? {} : { Authorization: `Bearer ${token}` } });

describe('the catalog', () => {
  test('has every address of the API, and no other', () => {
    expect([...new Set(ENDPOINTS.map(({ path }) => path))].sort()).toEqual([...ROUTES].sort());
  });

  test.each(ROUTES)('%s has the methods that are declared', async (path) => {
    const response = await fetch(`${server.url}${path.replaceAll(/\{\w+\}/g, 'x')}`, { method: 'OPTIONS' });
    const declared = ENDPOINTS.filter((one) => one.path === path).map(({ method }) => method as string);
    const offered = (response.headers.get('Allow') ?? '')
      .split(', ')
      .filter((one) => one !== 'HEAD' && one !== 'OPTIONS');
    expect(offered.sort()).toEqual(declared.sort());
  });

  test('every endpoint can be used by an owner, and by a token of some scope', () => {
    for (const { name, action } of ENDPOINTS) {
      if (action === null) continue;
      expect(can('owner', action), name).toBe(true);
      expect(scopesFor(action), name).not.toEqual([]);
    }
  });

  test('names and texts are there, Hebrew and one of a kind', () => {
    const names = [...ENDPOINTS, ...WEBHOOKS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { summary } of [...ENDPOINTS, ...WEBHOOKS]) expect(summary).toMatch(/[א-ת]/);
    for (const { path, params = {} } of ENDPOINTS) {
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param)).toEqual(Object.keys(params));
    }
  });
});

describe('the document', () => {
  test('is OpenAPI 3.1, public, and refers to nothing that is not in it', () => {
    const { document } = api;
    expect(document.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    const { schemas } = document['components'] as { schemas: Record<string, unknown> };
    expect(references.filter((name) => schemas[name ?? ''] === undefined)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('$defs');
    for (const [name, schema] of Object.entries(schemas)) {
      expect(schema, name).not.toMatchObject({ $ref: `#/components/schemas/${name}` });
    }
  });

  test('lets answers and events grow, as it promises', () => {
    const { paths, webhooks } = api.document as unknown as Record<string, Record<string, Record<string, object>>>;
    const answers = Object.values(paths ?? {}).flatMap((methods) =>
      Object.values(methods).map((operation) => (operation as { responses: object }).responses),
    );
    const { schemas } = api.document['components'] as { schemas: Record<string, object> };
    const sent = Object.entries(schemas).filter(([name]) => !name.endsWith('Patch'));
    expect(JSON.stringify([answers, webhooks, sent])).not.toContain('"additionalProperties":false');
    // What is sent to us is held to what is known.
    expect(schemas['PromptsPatch']).toMatchObject({ additionalProperties: false });
  });

  test('has every setting, with what may be sent', () => {
    const { schemas } = api.document['components'] as {
      schemas: Record<string, { properties: Record<string, unknown>; required?: string[] }>;
    };
    expect(Object.keys(schemas['Settings']?.properties ?? {})).toContain('monday_webhook_url');
    expect(schemas['SettingsPatch']?.properties['max_call_sec']).toMatchObject({
      type: 'integer',
      minimum: 5,
      maximum: 3600,
    });
    expect(schemas['SettingsPatch']?.required).toBeUndefined();
  });

  test('says which scopes open a door', () => {
    const operation = api.document.paths['/api/business/current/settings']?.['get'];
    expect(operation).toMatchObject({
      security: [{ token: ['settings:read'] }, { token: ['settings:write'] }, { session: [] }],
    });
    expect(api.document.paths['/api/openapi.json']?.['get']).toMatchObject({ security: [] });
  });
});

describe('the page', () => {
  test('shows everybody every endpoint, event and error code of the document, in Hebrew, code left to right', async () => {
    const response = await fetch(`${server.url}/api-docs`);
    expect(response.status).toBe(200);
    const page = await response.text();
    const codes = Object.values(api.document.paths).flatMap((methods) =>
      Object.values(methods as Record<string, { responses: Record<string, { 'x-error-codes'?: string[] }> }>).flatMap(
        ({ responses }) => Object.values(responses).flatMap((answer) => answer['x-error-codes'] ?? []),
      ),
    );
    const { schemas } = api.document['components'] as { schemas: Record<string, object> };
    expect(codes).toContain('rate_limited');
    const anchors = [
      ...ENDPOINTS.map(({ name }) => name),
      ...WEBHOOKS.map(({ name }) => `webhook-${name}`),
      ...Object.keys(schemas).map((name) => `shape-${name}`),
    ];
    for (const id of anchors) expect(page, id).toContain(`id="${id}"`);
    for (const { summary } of ENDPOINTS) expect(page).toContain(summary);
    for (const path of ROUTES) expect(page.replaceAll(/<wbr\/?>|<!-- -->/g, '')).toContain(path);
    for (const code of new Set(codes)) expect(page, code).toContain(`>${code}</code>`);
    // Each link of the page leads somewhere in it.
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(page, target).toContain(`id="${target}"`);
    expect(page).toContain('<html lang="he" dir="rtl"');
    expect(page).not.toMatch(/ (?:src|href)="https?:\/\/(?!127\.0\.0\.1)/);
  });

  test('gives receivers code that knows our signatures', async () => {
    const { isGenuine } = (await import(`data:text/javascript,${encodeURIComponent(VERIFY_SIGNATURE)}`)) as {
      isGenuine: (headers: Record<string, string>, body: string, secret: string) => boolean;
    };
    const [secret, old] = [newSigningSecret(), newSigningSecret()];
    const body = JSON.stringify({ type: 'call.completed', data: { transcript: 'שלום' } });
    const headers = signatureHeaders('d1', new Date(), body, [old, secret]);
    expect(isGenuine(headers, body, secret)).toBe(true);
    expect(isGenuine(headers, body, old)).toBe(true);
    expect(isGenuine(headers, `${body} `, secret)).toBe(false);
    expect(isGenuine(headers, body, newSigningSecret())).toBe(false);
    const early = signatureHeaders('d1', new Date(Date.now() - 600_000), body, [secret]);
    expect(isGenuine(early, body, secret)).toBe(false);
  });
});

describe('real answers are what the document says', () => {
  test.each([
    '/api/business/current',
    '/api/business/current/settings',
    '/api/business/current/prompt',
    '/api/openapi.json',
  ])('GET %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    await api.check('GET', path, response);
  });

  test('calls, full and empty', async () => {
    const path = '/api/calls';
    await api.check('GET', path, await get(path));
    const callSid = 'CAdocument';
    await demoCall(database.db, mine.businessId, {
      callSid,
      startedAt: new Date(0),
      leadName: 'רונית',
      delivery: 'failed',
    });
    const list = await get(path);
    expect(((await list.clone().json()) as { calls: unknown[] }).calls).not.toEqual([]);
    await api.check('GET', path, list);
    const one = await get(`/api/calls/${callSid}`);
    expect(one.status).toBe(200);
    await api.check('GET', `/api/calls/${callSid}`, one);
  });

  test.each([
    ['a stranger', '/api/calls', '', 401],
    ['a wrong query', '/api/calls?limit=-1', undefined, 422],
    ['a cursor that is none', '/api/calls?cursor=x', undefined, 422],
    ['no such call', '/api/calls/CAnone', undefined, 404],
  ])('%s', async (_, path, token, status) => {
    const response = await get(path, token ?? mine.apiToken);
    expect(response.status).toBe(status);
    await api.check('GET', path.split('?')[0] ?? '', response);
  });

  test.each([
    ['what is good', { bot_speaks_first: true }, 200],
    ['what is not', { nonsense: 1 }, 422],
    ['a broken value', { max_call_sec: -1 }, 422],
  ])('PUT of %s', async (_, body, status) => {
    const path = '/api/business/current/settings';
    const headers = { Authorization: `Bearer ${mine.apiToken}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${server.url}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(status);
    await api.check('PUT', path, response);
  });

  test('what Monday gets', () => {
    const payload = mondayPayload({
      businessId: 'b',
      businessName: 'מספרת דנה',
      callId: 'c',
      callSid: 'CA1',
      direction: 'inbound',
      fromNumber: '+972501234567',
      toNumber: '+97231234567',
      startedAt: new Date(0),
      endedAt: new Date(1000),
      durationSec: 1,
      endReason: 'user_goodbye',
      transcript: '',
      leadFields: { budget: '2000000' },
    });
    api.checkSchema('MondayTranscript', payload);
    const { properties } = (api.document['components'] as { schemas: Record<string, { properties: object }> }).schemas[
      'MondayTranscript'
    ] ?? { properties: {} };
    expect(Object.keys(payload)).toEqual(Object.keys(properties));
  });
});
