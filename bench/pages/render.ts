import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { writeKeyset } from '../../domain/text/keyset.ts';
import { Histogram } from '../load/histogram.ts';
import { COMMON_WORD, type Estate, RARE_WORD } from './estate.ts';

/** Time a page may take on the server, 95 of 100 requests, ms. */
export const RENDER_LIMIT_MS = 50;
/** Requests that are not counted: the first ones compile code and fill the connections' caches. */
const WARM_UP = 10;

/** What a page took, ms from the request to the last byte. */
export interface RenderTime {
  readonly page: string;
  readonly p50: number;
  readonly p95: number;
  /** CPU of the web process for one request, ms: what other work on the machine does not change. */
  readonly cpu: number;
  readonly bytes: number;
}

/** What one streamed file took. */
export interface ExportTime {
  readonly rows: number;
  readonly bytes: number;
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** Pages with an owner's session. */
export class SignedIn {
  readonly #url: string;
  readonly #cookie: string;

  private constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
  }

  static async at(url: string, { email, password }: Estate): Promise<SignedIn> {
    const answer = await fetch(`${url}/sign-in`, {
      method: 'POST',
      headers: { Origin: url },
      body: new URLSearchParams({ email, password }),
      redirect: 'manual',
    });
    const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
    if (answer.status !== 302 || cookie.length === 0) throw new Error(`Signing in answered ${answer.status}`);
    return new SignedIn(url, cookie.join('; '));
  }

  get(path: string): Promise<Response> {
    return fetch(this.#url + path, { headers: { Cookie: this.#cookie }, redirect: 'manual' });
  }
}

/** The pages of an owner, those first that show the long lists. */
export function pagesOf({ callSid, leadId, deliveryId, middle }: Estate): readonly string[] {
  const search = (words: string) => `/calls?q=${encodeURIComponent(words)}`;
  return [
    '/dashboard',
    '/calls',
    `/calls?cursor=${writeKeyset(middle.startedAt, middle.id)}`,
    search(COMMON_WORD),
    search(RARE_WORD),
    '/calls?delivery=failed',
    `/calls/${callSid}`,
    '/leads',
    `/leads?q=${encodeURIComponent('לקוח 77')}`,
    `/leads/${leadId}`,
    '/deliveries',
    '/deliveries?status=failed',
    `/deliveries/${deliveryId}`,
    '/settings/business',
    '/settings/ai',
    '/settings/ai/prompts/calls',
    '/settings/integrations',
    '/settings/integrations/destinations',
    '/settings/numbers',
    '/settings/users',
    '/settings/security',
    '/settings/tokens',
    '/audit',
    '/do-not-call',
    '/privacy',
    '/account',
    '/status',
  ];
}

/**
 * Asks for a page `requests` times, one after the other; `cpuMs` tells what the server's process has used so far.
 * Throws when it answers anything but 200.
 */
export async function timePage(
  session: SignedIn,
  page: string,
  requests: number,
  cpuMs: () => number,
): Promise<RenderTime> {
  const times = new Histogram();
  let bytes = 0;
  let cpuBefore = 0;
  for (let request = 0; request < WARM_UP + requests; request++) {
    if (request === WARM_UP) cpuBefore = cpuMs();
    const startedAt = performance.now();
    const answer = await session.get(page);
    bytes = (await answer.arrayBuffer()).byteLength;
    if (answer.status !== 200) throw new Error(`${page} answered ${answer.status}`);
    if (request >= WARM_UP) times.add(performance.now() - startedAt);
  }
  const cpu = (cpuMs() - cpuBefore) / requests;
  return { page, p50: times.percentile(0.5) ?? 0, p95: times.percentile(0.95) ?? 0, cpu, bytes };
}

/** Reads the file of all calls as it is streamed. */
export async function timeExport(session: SignedIn): Promise<ExportTime> {
  const startedAt = performance.now();
  const answer = await session.get('/calls/export');
  if (answer.status !== 200 || answer.body === null) throw new Error(`The export answered ${answer.status}`);
  let [bytes, rows, firstByteMs] = [0, 0, 0];
  for await (const chunk of Readable.fromWeb(answer.body as NodeStream) as AsyncIterable<Uint8Array>) {
    if (bytes === 0) firstByteMs = performance.now() - startedAt;
    bytes += chunk.byteLength;
    for (const byte of chunk) if (byte === 0x0a) rows++;
  }
  // The first line is the header.
  return { rows: rows - 1, bytes, firstByteMs, totalMs: performance.now() - startedAt };
}
