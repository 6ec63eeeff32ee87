import fc from 'fast-check';
import { ENTRIES } from '../isolation/entries/index.ts';
import type { Ask, Entry, Ids } from '../isolation/entry.ts';
import type { FuzzedDoor, Trial } from './door.ts';
import { inHeader, inPath, requestBytes, sendRaw } from './raw-http.ts';
import { brokenJson, weirdJson, weirdKey, weirdText } from './weird.ts';

/**
 * The pages and the JSON API. The valid requests are those of the isolation tests, so that a new route is tried as soon
 * as it has its entry there; each is spoiled in one place.
 */

type Who = 'owner' | 'agent' | 'token' | 'nobody' | 'junk';
type Spot = 'nothing' | 'path' | 'query' | 'value' | 'key' | 'body' | 'header' | 'cookie';

export interface HttpInput {
  /** Of the door's entries, modulo how many there are. */
  readonly entry: number;
  readonly who: Who;
  readonly spot: Spot;
  /** Which of several fields, headers or parts. */
  readonly at: number;
  readonly text: string;
  readonly key: string;
  readonly value: unknown;
  readonly body: string;
  readonly loosely: boolean;
}

type AskedEntry = Extract<Entry, { kind: 'record' | 'own' | 'open' | 'system' }>;

const QUERIES = [
  'cursor',
  'limit',
  'q',
  'page',
  'from',
  'to',
  'status',
  'next',
  'kind',
  '_data',
  '_routes',
  'index',
  'sort',
];
const HEADERS = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Content-Type',
  'Content-Encoding',
  'User-Agent',
  'If-None-Match',
  'If-Modified-Since',
  'If-Match',
  'Range',
  'Last-Event-ID',
  'Origin',
  'Referer',
  'Sec-Fetch-Site',
  'X-Forwarded-Proto',
  'X-Forwarded-Host',
  'X-HTTP-Method-Override',
  'X-Remix-Revalidate',
  'Idempotency-Key',
  'Access-Control-Request-Method',
  'Forwarded',
  'Authorization',
];

const inputs = (whos: readonly { weight: number; arbitrary: fc.Arbitrary<Who> }[], spots: fc.Arbitrary<Spot>) =>
  fc.record<HttpInput>({
    entry: fc.nat(9_999),
    who: fc.oneof(...whos),
    spot: spots,
    at: fc.nat(99),
    text: weirdText,
    key: weirdKey,
    value: weirdJson,
    body: brokenJson,
    loosely: fc.boolean(),
  });

const whos = (token: number) => [
  { weight: 70, arbitrary: fc.constant<Who>('owner') },
  { weight: 10, arbitrary: fc.constant<Who>('agent') },
  ...(token === 0 ? [] : [{ weight: token, arbitrary: fc.constant<Who>('token') }]),
  { weight: 6, arbitrary: fc.constant<Who>('nobody') },
  { weight: 6, arbitrary: fc.constant<Who>('junk') },
];

interface Made {
  readonly ids: Ids;
  uses: number;
}
/** Requests that one record is good for: many use it up. */
const USES = 25;

function httpDoor(
  name: string,
  share: number,
  picks: (entry: AskedEntry) => boolean,
  inputsOf: fc.Arbitrary<HttpInput>,
): FuzzedDoor<HttpInput> {
  const entries = ENTRIES.filter(
    (entry): entry is AskedEntry =>
      ['record', 'own', 'open', 'system'].includes(entry.kind) && picks(entry as AskedEntry),
  );
  const records = new Map<AskedEntry, Made>();

  const askOf = async ({ house, neighbours }: Trial, entry: AskedEntry): Promise<{ ask: Ask; ids: Ids }> => {
    if (entry.kind === 'open') return { ask: entry.ask, ids: {} };
    const known = records.get(entry);
    const made =
      known !== undefined && known.uses < USES
        ? known
        : { ids: (await entry.make?.(house, neighbours.stranger)) ?? {}, uses: 0 };
    made.uses++;
    records.set(entry, made);
    return { ask: entry.ask(made.ids), ids: made.ids };
  };

  return {
    name,
    share,
    inputsOfRun: 1,
    inputs: inputsOf,
    async play(trial, input) {
      const entry = entries[input.entry % entries.length];
      if (entry === undefined) return null;
      const method = entry.door.split(' ', 1)[0] ?? 'GET';
      const { ask, ids } = await askOf(trial, entry);
      const send = () => sendRaw(trial.port, spoiled(trial, method, ask, ids, input));
      let answer = await send();
      const isPerson = input.who === 'owner' || input.who === 'agent';
      if (isPerson && input.spot !== 'cookie' && answer !== null && isSignedOut(answer)) {
        await trial.tenant.renew(input.who);
        answer = await send();
      }
      if (answer === null) {
        trial.tally.note(name, 'closed', false);
        return null;
      }
      const { status, text } = answer;
      const letIn = input.who !== 'nobody' && input.who !== 'junk' && ![400, 401, 411, 429, 431].includes(status);
      trial.tally.note(name, String(status), letIn && !isSignedOut(answer) && !text.includes('origin_refused'));
      return trial.watch.answer(status, text);
    },
  };
}

function isSignedOut({ status, text }: { readonly status: number; readonly text: string }): boolean {
  if (status === 401) return text.includes('signed_out');
  return (status === 302 && /^location: \/sign-in/imu.test(text)) || (status === 202 && text.includes('/sign-in'));
}

/** The valid request with one thing changed. */
function spoiled({ house, tenant, port }: Trial, method: string, ask: Ask, ids: Ids, input: HttpInput): Buffer {
  const { spot, at, text, loosely } = input;
  const headers = new Map<string, string>([
    ['Host', `127.0.0.1:${port}`],
    // Everybody comes from somewhere else, so that nobody is held up for all.
    ['X-Forwarded-For', `198.51.${at % 250}.${text.length % 250}`],
    ...(method === 'GET' ? [] : [['Origin', house.url] as const]),
    ...Object.entries(ask.headers ?? {}),
  ]);
  if (input.who === 'owner' || input.who === 'agent') headers.set('Cookie', tenant.cookie(input.who));
  if (input.who === 'token') headers.set('Authorization', `Bearer ${tenant.token}`);
  if (input.who === 'junk') headers.set(loosely ? 'Cookie' : 'Authorization', junk(input));

  let { path } = ask;
  let body: string | null = null;
  if (method !== 'GET') {
    headers.set('Content-Type', ask.json === undefined ? 'application/x-www-form-urlencoded' : 'application/json');
    body = ask.json === undefined ? formBody(ask, input) : jsonBody(ask.json, input);
  }
  switch (spot) {
    case 'path':
      path = spoiledPath(path, ids, input);
      break;
    case 'query': {
      const name = at % 3 === 0 ? inPath(input.key, loosely) : (QUERIES[at % QUERIES.length] ?? 'q');
      path = `${path}${path.includes('?') ? '&' : '?'}${name}=${inPath(text, loosely)}`;
      break;
    }
    case 'body':
      if (method === 'GET') break;
      body = input.body;
      if (at % 4 === 0) headers.set('Content-Type', 'multipart/form-data; boundary=x');
      break;
    case 'header':
      headers.set(HEADERS[at % HEADERS.length] ?? 'Accept', inHeader(text));
      break;
    case 'cookie':
      headers.set('Cookie', spoiledCookie(headers.get('Cookie') ?? '', input));
      break;
    default:
  }
  // Half of the pages as a browser's own navigation asks for them.
  if (at % 2 === 0 && !path.startsWith('/api/') && spot !== 'path') path = path.replace(/(\.data)?(\?|$)/u, '.data$2');
  return requestBytes(method, path, [...headers], body);
}

function junk({ at, text }: HttpInput): string {
  const kinds = [
    `prosaas_session=${text}`,
    `prosaas_session=${btoa(JSON.stringify('x'.repeat(43)))}`,
    `Bearer ${text}`,
    text,
  ];
  return inHeader(kinds[at % kinds.length] ?? text);
}

function spoiledPath(path: string, ids: Ids, { text, loosely, at }: HttpInput): string {
  const odd = inPath(text, loosely);
  const id = Object.values(ids).find((one) => path.includes(one));
  if (id !== undefined) return path.replace(id, odd);
  const [address = '', query] = path.split('?', 2);
  const spoiledAddress = at % 2 === 0 ? `${address}/${odd}` : address.replace(/[^/]+$/u, odd);
  return query === undefined ? spoiledAddress : `${spoiledAddress}?${query}`;
}

function spoiledCookie(cookie: string, { at, text }: HttpInput): string {
  switch (at % 4) {
    case 0:
      return `${cookie}; ${inHeader(text)}=${inHeader(text)}`;
    case 1:
      return `${inHeader(text)}; ${cookie}; ${cookie}`;
    case 2:
      return `${cookie}${inHeader(text)}`;
    default:
      return `${cookie}; prosaas_saved=${inHeader(text)}; __Host-prosaas_session=${inHeader(text)}`;
  }
}

function formBody(ask: Ask, { spot, at, text, key, loosely }: HttpInput): string {
  const pairs = Object.entries(ask.form ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  const pair = pairs[at % Math.max(1, pairs.length)];
  if (spot === 'value' && pair !== undefined) pair[1] = text;
  if (spot === 'key') pairs.push([key, text], ...(loosely ? pairs.slice(0, 1) : []));
  return new URLSearchParams(pairs).toString();
}

function jsonBody(json: unknown, { spot, at, value, key, loosely }: HttpInput): string {
  const fields = Object.entries(json as Record<string, unknown>);
  const field = fields[at % Math.max(1, fields.length)];
  if (spot === 'value' && field !== undefined) field[1] = value;
  // Written, not set: a key `__proto__` is to arrive as one.
  if (spot === 'key') fields.push([loosely ? key : (SETTINGS[at % SETTINGS.length] ?? key), value]);
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one) ?? 'null'}`).join()}}`;
}

/** Names that the settings' endpoint knows. */
const SETTINGS = ['agent_name', 'voice', 'prompt', 'greeting_message', 'silence_reprompt_sec', 'required_lead_fields'];

const spots = (weights: Partial<Record<Spot, number>>) =>
  fc.oneof(...Object.entries(weights).map(([spot, weight]) => ({ weight, arbitrary: fc.constant(spot as Spot) })));
const isApi = ({ door }: Entry) => door.includes(' /api/');
const isLook = ({ door }: Entry) => door.startsWith('GET ');

export const API_DOOR = httpDoor(
  'JSON API',
  24,
  isApi,
  inputs(whos(30), spots({ nothing: 1, path: 4, query: 4, value: 8, key: 4, body: 5, header: 4, cookie: 1 })),
);
export const FORM_DOOR = httpDoor(
  'page forms',
  18,
  (entry) => !isApi(entry) && !isLook(entry),
  inputs(whos(0), spots({ nothing: 1, path: 2, query: 2, value: 9, key: 4, body: 4, header: 3, cookie: 1 })),
);
export const PAGE_DOOR = httpDoor(
  'pages, cookies',
  14,
  (entry) => !isApi(entry) && isLook(entry),
  inputs(whos(0), spots({ nothing: 1, path: 5, query: 6, header: 4, cookie: 5 })),
);
