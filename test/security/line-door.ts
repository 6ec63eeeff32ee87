import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import type { FuzzedDoor } from './door.ts';
import { inHeader, inPath, requestBytes, sendRaw } from './raw-http.ts';
import { weirdText } from './weird.ts';

/** Request lines and headers as no browser writes them: names of files, methods, hosts, forwarded addresses, ranges. */

interface LineInput {
  readonly method: string;
  readonly target: 'asset' | 'file' | 'page' | 'stream' | 'odd';
  readonly at: number;
  readonly spoil: 'nothing' | 'before' | 'after' | 'within' | 'climb';
  readonly text: string;
  readonly loosely: boolean;
  readonly headers: readonly { readonly name: number; readonly text: string }[];
  readonly signedIn: boolean;
}

const CLIMBS = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..\\',
  '..%5c',
  '....//',
  '%252e%252e%252f',
  '..%c0%af',
  '/',
  './',
  '%00/',
];
const WANTED = [
  '.env',
  'package.json',
  'build/server/index.js',
  'etc/passwd',
  'server/index.js',
  '.git/config',
  'index.html',
];
const PAGES = [
  '/',
  '/calls',
  '/settings/ai',
  '/sign-in',
  '/healthz',
  '/readyz',
  '/api/calls',
  '/favicon.ico',
  '/.well-known/x',
];
const HEADERS = [
  'Origin',
  'Referer',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'Forwarded',
  'Range',
  'If-Range',
  'If-None-Match',
  'If-Modified-Since',
  'Last-Event-ID',
  'Cookie',
  'Accept',
  'Accept-Encoding',
  'Content-Type',
  'Upgrade',
  'TE',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-HTTP-Method-Override',
  'Sec-Fetch-Site',
  'Sec-WebSocket-Protocol',
  'Accept-Language',
  'If-Match',
  'If-Unmodified-Since',
  'Cache-Control',
  'Pragma',
  'DNT',
  'Via',
];
/** Most requests with one of these are refused before anybody looks at them. */
const REFUSED_HEADERS = ['Host', 'Content-Length', 'Transfer-Encoding', 'Expect'];

let assets: readonly string[] = [];

export const LINE_DOOR: FuzzedDoor<LineInput> = {
  name: 'files, headers',
  share: 12,
  inputsOfRun: 1,
  inputs: fc.record<LineInput>({
    method: fc.oneof(
      { weight: 16, arbitrary: fc.constant('GET') },
      {
        weight: 3,
        arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'get', 'PROPFIND'),
      },
    ),
    target: fc.constantFrom('asset', 'asset', 'file', 'page', 'page', 'stream', 'odd'),
    at: fc.nat(999),
    spoil: fc.constantFrom('nothing', 'nothing', 'before', 'after', 'within', 'climb'),
    text: weirdText,
    loosely: fc.boolean(),
    headers: fc.array(fc.record({ name: fc.nat(99), text: weirdText }), { maxLength: 3 }),
    signedIn: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  }),
  async play({ house, port, tally, tenant, watch }, input) {
    if (assets.length === 0) assets = (await readdir(house.assets)).map((name) => `/assets/${name}`);
    const headers: [string, string][] = [
      ['Host', `127.0.0.1:${port}`],
      ['X-Forwarded-For', `198.18.${input.at % 250}.${input.text.length % 250}`],
      ...(input.signedIn ? [['Cookie', tenant.cookie('owner')] as [string, string]] : []),
      ...(input.method === 'GET' ? [] : [['Origin', house.url] as [string, string]]),
    ];
    for (const { name, text } of input.headers) {
      const names = name > 90 ? REFUSED_HEADERS : HEADERS;
      const odd = names[name % names.length] ?? 'Accept';
      const known = headers.findIndex(([one]) => one === odd);
      if (known >= 0) headers.splice(known, 1);
      headers.push([odd, inHeader(text)]);
    }
    const answer = await sendRaw(port, requestBytes(input.method, targetOf(input), headers, null));
    if (answer === null) {
      tally.note('files, headers', 'closed', false);
      return null;
    }
    const { status, text } = answer;
    const refused = [400, 401, 403, 405, 408, 411, 413, 417, 429, 431].includes(status);
    tally.note('files, headers', String(status), input.signedIn && !refused);
    if (/root:.*:0:0:|"devDependencies"|APP_SECRET=/u.test(text))
      return 'the answer is a file that is nobody’s business';
    // A feature nobody offers is no failure of ours.
    return watch.answer(status === 501 ? 400 : status, text);
  },
};

function targetOf({ target, at, spoil, text, loosely }: LineInput): string {
  const climb = CLIMBS[at % CLIMBS.length] ?? '../';
  const base = {
    asset: assets[at % Math.max(1, assets.length)] ?? '/assets/x.js',
    file: `/${WANTED[at % WANTED.length] ?? '.env'}`,
    page: PAGES[at % PAGES.length] ?? '/',
    stream: '/api/events',
    odd: `/${inPath(text, loosely)}`,
  }[target];
  const odd = inPath(text, loosely);
  switch (spoil) {
    case 'nothing':
      return base;
    case 'before':
      return `/${odd}${base}`;
    case 'after':
      return `${base}${at % 2 === 0 ? '?' : ''}${odd}`;
    case 'within':
      return base.replace(/\/([^/]*)$/u, `/${odd}$1`);
    case 'climb':
      return `/assets/${climb.repeat((at % 7) + 1)}${WANTED[at % WANTED.length] ?? '.env'}`;
  }
}
