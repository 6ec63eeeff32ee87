import { lookup as systemLookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError, isAppError } from './errors.ts';
import { isPublicAddress } from './public-address.ts';

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
 * Ports at which something else than HTTP listens, and takes a request for commands of its own: those that browsers
 * refuse (Fetch standard, "bad port"), as far as such things are still run, and the usual ones of databases and caches.
 */
const FOREIGN_PORTS: ReadonlySet<string> = new Set(
  (
    '1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 ' +
    '137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 ' +
    '1719 1720 1723 2049 3306 3659 4045 4190 5060 5061 5432 6000 6379 6566 6665 6666 6667 6668 6669 6679 6697 10080 ' +
    '11211 27017'
  ).split(' '),
);

export interface OutgoingOptions {
  /** `host:port`, as written in the URL: may be reached although private, at whatever port. */
  readonly allowHosts: readonly string[];
  /** Resolves names. Default: the system's. */
  readonly lookup?: LookupFunction;
}

/**
 * The one door for requests to addresses that somebody else chose. A name that resolves to a private, loopback,
 * link-local, metadata or otherwise reserved address is refused when connecting, after the look-up, so that a
 * name that changes between check and use is refused as well; one of several addresses is enough. Redirects are not
 * followed: the caller sees the 3xx. A URL with a password in it is none: it would be shown and logged as a URL is.
 *
 * Once the answer's status has arrived the request has succeeded as far as this function is concerned, even when
 * its body then breaks off or stalls.
 *
 * @throws AppError `outgoing_url_invalid`, `outgoing_address_refused` (both permanent), `outgoing_timeout`,
 * `outgoing_connection_failed` (details.reason: the system's error code). No error carries the URL.
 */
export function createOutgoing({ allowHosts, lookup = systemLookup }: OutgoingOptions): SendOutgoing {
  const allowed = new Set(allowHosts.map((entry) => entry.trim().toLowerCase()));
  const publicLookup = refusingPrivate(lookup);
  return async (request) => {
    const url = parseUrl(request.url);
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    if (allowed.has(`${url.hostname.toLowerCase()}:${port}`)) return exchange(url, lookup, request);
    // An address that is written as one is not looked up. The URL parser has made one form of all its ways of writing.
    const literal = url.hostname.replace(/^\[|\]$/gu, '');
    if (FOREIGN_PORTS.has(port) || (isIP(literal) !== 0 && !isPublicAddress(literal))) throw refused();
    return exchange(url, publicLookup, request);
  };
}

const refused = () => new AppError('outgoing_address_refused', { permanent: true });

/** The same look-up, which fails where any address it finds is not public: the socket connects to no other. */
function refusingPrivate(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
      if (error === null && !addresses.every(isPublicAddress)) return callback(refused(), []);
      callback(error, found, family);
    });
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
  if (url.username !== '' || url.password !== '') throw new AppError('outgoing_url_invalid', { permanent: true });
  return url;
}

/** One connection a request: none is shared between destinations, or used again after its address was checked. */
function exchange(url: URL, lookup: LookupFunction, request: OutgoingRequest): Promise<OutgoingResponse> {
  const body = request.body === undefined ? undefined : Buffer.from(request.body, 'utf8');
  const headers = {
    ...request.headers,
    ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
  };
  const send = url.protocol === 'https:' ? https.request : http.request;
  return new Promise<OutgoingResponse>((resolve, reject) => {
    let answer: http.IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let received = 0;
    function finish(error?: unknown): void {
      clearTimeout(timer);
      outgoing.destroy();
      if (answer?.statusCode === undefined) reject(toAppError(error));
      else resolve({ status: answer.statusCode, headers: flatHeaders(answer.headers), text: textOf(chunks) });
    }
    const outgoing = send(url, { method: request.method, agent: false, lookup, headers }, (response) => {
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
  }).catch((error: unknown) => {
    // A header that cannot be sent is a plain throw.
    throw toAppError(error);
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

function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  const reason =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'connection_lost';
  return new AppError('outgoing_connection_failed', { details: { reason } });
}
