import http from 'node:http';
import https from 'node:https';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { AppError, isAppError } from './errors.ts';

/** One request to a place a business named. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange, ms. Default 10 000. */
  readonly timeoutMs?: number;
}

/** What came back. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body as text; the rest is not read. */
  readonly text: string;
}

/** Sends one request; see {@link createOutgoing}. */
export type SendOutgoing = (request: OutgoingRequest) => Promise<OutgoingResponse>;

const DEFAULT_TIMEOUT_MS = 10_000;
/** Bytes of an answer that are read; the connection is dropped after them. */
const MAX_RESPONSE_BYTES = 16 * 1024;

/**
 * The one door for requests to addresses that somebody else chose. A name that resolves to a private, loopback,
 * link-local, metadata or otherwise reserved address is refused when connecting, after the look-up, so that a
 * name that changes between check and use is refused as well. `allowHosts` (`host:port`, as written in the URL)
 * may be reached although private. Redirects are not followed: the caller sees the 3xx.
 *
 * Once the answer's status has arrived the request has succeeded as far as this function is concerned, even when
 * its body then breaks off or stalls.
 *
 * @throws AppError `outgoing_url_invalid`, `outgoing_address_refused` (both permanent), `outgoing_timeout`,
 * `outgoing_connection_failed` (details.reason: the system's error code). No error carries the URL.
 */
export function createOutgoing(options: { readonly allowHosts: readonly string[] }): SendOutgoing {
  const allowed = new Set(options.allowHosts.map((entry) => entry.trim().toLowerCase()));
  return async (request) => {
    const url = parseUrl(request.url);
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    const trusted = allowed.has(`${url.hostname.toLowerCase()}:${port}`);
    const agent = agentFor(url, trusted);
    try {
      return await exchange(url, agent, request);
    } catch (error) {
      // A literal address is refused before there is a socket, by a plain throw.
      throw toAppError(error);
    } finally {
      agent.destroy();
    }
  };
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // The cause would carry the URL, and with it a secret, into the log.
    throw new AppError('outgoing_url_invalid', { permanent: true });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AppError('outgoing_url_invalid', { permanent: true, details: { protocol: url.protocol } });
  }
  return url;
}

/** One agent a request: no connection is shared between destinations, or reused after its address was checked. */
function agentFor(url: URL, trusted: boolean): http.Agent | https.Agent {
  const secure = url.protocol === 'https:';
  if (trusted) return secure ? new https.Agent({ keepAlive: false }) : new http.Agent({ keepAlive: false });
  return secure
    ? new RequestFilteringHttpsAgent({ keepAlive: false })
    : new RequestFilteringHttpAgent({ keepAlive: false });
}

function exchange(url: URL, agent: http.Agent, request: OutgoingRequest): Promise<OutgoingResponse> {
  const body = request.body === undefined ? undefined : Buffer.from(request.body, 'utf8');
  const headers = {
    ...request.headers,
    ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
  };
  const send = url.protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve, reject) => {
    let answer: http.IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let received = 0;
    function finish(error?: unknown): void {
      clearTimeout(timer);
      outgoing.destroy();
      if (answer?.statusCode === undefined) reject(toAppError(error));
      else resolve({ status: answer.statusCode, headers: flatHeaders(answer.headers), text: textOf(chunks) });
    }
    const outgoing = send(url, { method: request.method, agent, headers }, (response) => {
      answer = response;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.byteLength;
        if (received >= MAX_RESPONSE_BYTES) finish();
      });
      response.on('end', () => finish());
      response.on('error', finish);
      response.on('close', () => finish());
    });
    outgoing.on('error', finish);
    const timer = setTimeout(() => finish(new AppError('outgoing_timeout')), request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    outgoing.end(body);
  });
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES).toString('utf8');
}

function flatHeaders(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** The filtering agent marks its refusals by their text alone. */
const REFUSAL = /^DNS lookup .* is not allowed/;

function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  if (error instanceof Error && REFUSAL.test(error.message)) {
    return new AppError('outgoing_address_refused', { permanent: true });
  }
  const reason =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'connection_lost';
  return new AppError('outgoing_connection_failed', { details: { reason } });
}
