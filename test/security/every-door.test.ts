import { readdir, readFile } from 'node:fs/promises';
import type { AppLoadContext } from '@remix-run/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announce } from '../../app/toast.server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD } from '../helpers/demo-business.ts';
import { startHouse, type House } from '../helpers/house.ts';
import type { Visitor } from '../helpers/http.ts';
import { asData, bodyOf } from '../isolation/ask.ts';
import { ENTRIES } from '../isolation/entries/index.ts';
import { methodOf, type Ask, type Entry } from '../isolation/entry.ts';
import { type Estate, neighbours, type Neighbours, systemAdministrator } from '../isolation/estate.ts';
import { changedTables, snapshotOf, type Snapshot } from '../isolation/snapshot.ts';
import { cookieProblems, headersMissing, nonceIn, scriptsLetIn } from './headers.ts';

/**
 * What holds at every door of the web process as it runs behind a proxy that speaks https: a mutation comes from our own
 * pages or is refused, a look changes nothing, and every answer carries its headers and its cookies their flags. The
 * doors are those of the isolation tests, which fail while one that is served has no entry; so a new one is tried here
 * as soon as it is there.
 */

type AskedEntry = Extract<Entry, { kind: 'record' | 'own' | 'open' | 'system' }>;
type Row = readonly [name: string, entry: AskedEntry];

/** What the proxy is called. */
const PUBLIC_URL = 'https://calls.example.test';
const ASKED: ReadonlySet<Entry['kind']> = new Set(['record', 'own', 'open', 'system']);

let database: TestDatabase;
let house: House;
let all: Neighbours;
let owner: Estate;
let administrator: Visitor;
const nonces = new Set<string>();
const cookies = new Set<string>();

beforeAll(async () => {
  database = await testDatabase();
  house = await startHouse(database, { publicUrl: PUBLIC_URL });
  all = await neighbours(house);
  owner = all.victim;
  administrator = await systemAdministrator(all);
});
afterAll(async () => {
  await house.close();
  await database.close();
});

const asked = ENTRIES.filter((entry): entry is AskedEntry => ASKED.has(entry.kind)).map((entry): Row => [
  `${entry.door}${entry.what === undefined ? '' : ` (${entry.what})`}`,
  entry,
]);
const isLook = ([, entry]: Row) => methodOf(entry) === 'GET';
const isApi = ({ door }: Entry) => door.includes(' /api/');
const rows = (): Promise<Snapshot> => snapshotOf(database.url, null);

async function askOf(entry: AskedEntry): Promise<Ask> {
  if (entry.kind === 'open') return entry.ask;
  return entry.ask((await entry.make?.(house, owner)) ?? {});
}
/** Of who may; what anybody may ask for, nobody in particular does. */
function cookieOf({ kind }: AskedEntry): { readonly cookie?: string } {
  if (kind === 'open') return {};
  return { cookie: (kind === 'system' ? administrator : owner.owner).cookie };
}

interface Request {
  readonly method: string;
  readonly ask: Ask;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends it and looks at what every answer must have; a body is read for methods that have one. */
async function answerTo({ method, ask, cookie, headers }: Request): Promise<{ status: number; wrong: string[] }> {
  const response = await fetch(`${house.url}${ask.path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...ask.headers,
      ...(ask.json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(cookie === undefined ? {} : { Cookie: cookie }),
      ...headers,
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: bodyOf(ask) }),
  });
  const html = await response.text();
  return { status: response.status, wrong: [...wrongWith(response, html), ...kept(response, cookie !== undefined)] };
}

function wrongWith({ headers }: Response, body: string): string[] {
  const wrong = headersMissing(headers);
  const nonce = nonceIn(headers);
  if (nonce !== null && nonces.has(nonce)) wrong.push('a nonce that was given before');
  if (nonce !== null) nonces.add(nonce);
  if ((headers.get('Content-Type') ?? '').includes('html')) wrong.push(...scriptsLetIn(body, nonce ?? ''));
  for (const cookie of headers.getSetCookie()) {
    cookies.add(cookie.split('=', 1)[0] ?? '');
    wrong.push(...cookieProblems(cookie));
  }
  return wrong;
}

/** What somebody is told who is signed in is kept by no cache. */
function kept({ headers, status }: Response, signedIn: boolean): string[] {
  const isKept = signedIn && status < 300 && !(headers.get('Cache-Control') ?? '').includes('no-store');
  return isKept ? [`Cache-Control: ${headers.get('Cache-Control') ?? ''}`] : [];
}

/** Senders that are none of our pages, as their headers tell. */
const FOREIGN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no page at all': {},
  'a page of another site': { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
  'a page that hides where it comes from': { Origin: 'null' },
  'a page of another site that hides it': { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
  'our host over http': { Origin: 'http://calls.example.test' },
  'another port of our host': { Origin: 'https://calls.example.test:8443' },
  'a host that begins like ours': { Origin: 'https://calls.example.test.evil.example' },
  'a neighbouring host': { Origin: 'https://other.example.test', 'Sec-Fetch-Site': 'same-site' },
  'a page that names us as where it leads': {
    Origin: 'https://evil.example',
    Referer: `${PUBLIC_URL}/calls`,
    'X-Forwarded-Host': 'evil.example',
  },
};

describe('what changes something', () => {
  test.for(asked.filter((row) => !isLook(row)))('%s, asked for by none of our pages', async ([, entry]) => {
    const ask = await askOf(entry);
    const forms = isApi(entry) || ask.path.includes('.data') ? [ask] : [ask, asData(ask)];
    const before = await rows();
    for (const [who, headers] of Object.entries(FOREIGN)) {
      for (const form of forms) {
        const sent = { method: methodOf(entry), ask: form, ...cookieOf(entry), headers };
        const { status, wrong } = await answerTo(sent);
        // Where there is nothing, there is nothing to refuse.
        const refused = entry.kind === 'open' && isApi(entry) ? [403, 404] : [403];
        expect({ who, status, wrong }).toEqual({ who, status: expect.toBeOneOf(refused) as number, wrong: [] });
      }
    }
    // As a link would, with all it says in its address.
    const query = ask.form === undefined ? '' : `?${bodyOf(ask).toString()}`;
    const link = await answerTo({ method: 'GET', ask: { path: ask.path + query }, ...cookieOf(entry) });
    expect(link).toEqual({ status: expect.toSatisfy((status: number) => status < 500) as number, wrong: [] });
    expect(changedTables(before, await rows())).toEqual([]);
  });
});

describe('a look', () => {
  test.for(asked.filter(isLook))('%s changes nothing, and its answer has its headers', async ([, entry]) => {
    const ask = await askOf(entry);
    const before = await rows();
    for (const form of isApi(entry) ? [ask] : [ask, asData(ask)]) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await answerTo({ method, ask: form, ...cookieOf(entry) });
        const fits = (status: number) => status < 500 && status !== 401 && status !== 403;
        expect({ form, method, ...answer }).toEqual({
          form,
          method,
          status: expect.toSatisfy(fits) as number,
          wrong: [],
        });
        const signedOut = await answerTo({ method, ask: form });
        expect(signedOut).toEqual({ status: expect.toSatisfy((status: number) => status < 500) as number, wrong: [] });
      }
    }
    expect(changedTables(before, await rows())).toEqual([]);
  });
});

describe('every answer', () => {
  test.for([
    ['GET', '/healthz'],
    ['GET', '/readyz'],
    ['GET', '/metrics'],
    ['HEAD', '/api/events'],
    ['GET', '/favicon.ico'],
    ['POST', '/webhook/incoming_call'],
    ['POST', '/webhook/no-such-webhook'],
    ['PROPFIND', '/calls'],
    ['GET', '/%E0%A4%A'],
    ['GET', '/calls?_data=routes%2Fcalls'],
    ['GET', '/sign-in'],
    ['POST', '/sign-in'],
  ] as const)('%s %s has its headers', async ([method, path]) => {
    expect((await answerTo({ method, ask: { path } })).wrong).toEqual([]);
  });

  test('of the pages’ static files has them too', async () => {
    const [file = ''] = await readdir(house.assets);
    expect(await answerTo({ method: 'GET', ask: { path: `/assets/${file}` } })).toEqual({ status: 200, wrong: [] });
  });

  test('that puts a cookie has all its flags, and every cookie there is was looked at', async () => {
    const headers = { Origin: PUBLIC_URL };
    const post = async (path: string, form: Record<string, string>, cookie?: string) =>
      expect(
        (await answerTo({ method: 'POST', ask: { path, form }, headers, ...(cookie ? { cookie } : {}) })).wrong,
      ).toEqual([]);
    const { cookie } = owner.owner;
    await post('/sign-in', { email: owner.ownerEmail, password: DEMO_PASSWORD });
    await post('/settings/business', { address: 'רחוב הגפן 1' }, cookie);
    const config = { secureCookies: true, appSecret: house.secrets[1], previousAppSecrets: [] };
    const toast = (await announce({ config } as unknown as AppLoadContext, 'ok', 'נשמר')).split(';')[0];
    const page = { method: 'GET', ask: { path: '/calls' }, cookie: `${cookie}; ${toast}` };
    expect(await answerTo(page)).toEqual({ status: 200, wrong: [] });
    await post('/sign-out', {}, cookie);
    expect([...cookies].sort()).toEqual((await cookiesOfTheSource()).map((name) => `__Host-${name}`));
  });
});

/** The names of all cookies, and nobody makes one in another way. */
async function cookiesOfTheSource(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of ['app', 'server']) {
    for (const file of await readdir(folder, { recursive: true })) {
      if (!/\.tsx?$/u.test(file)) continue;
      const source = await readFile(`${folder}/${file}`, 'utf8');
      if (file !== 'cookies.server.ts')
        expect(`${file}: ${source}`).not.toMatch(/createCookie|res(?:ponse)?\.cookie\(/u);
      names.push(...[...source.matchAll(/ownCookie\(\{\s*name: '(\w+)'/gu)].map(([, name = '']) => name));
    }
  }
  return names.sort();
}
