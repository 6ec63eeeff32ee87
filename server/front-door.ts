import { type RequestListener, type Server, type ServerOptions, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { LogLine } from './log-guard.ts';

/**
 * Time limits of the web server, milliseconds. They bound how long a request may take to *arrive*; an answer, such
 * as an event stream, may go on for ever.
 */
export const SERVER_LIMITS = {
  /** The whole head, from the connection's first moment or the request's first byte. A slow mobile needs two. */
  headersTimeout: 10_000,
  /** Head and body; forms and JSON here are small. */
  requestTimeout: 20_000,
  /** Longer than the 60 s after which load balancers let go, so that it is never we who close on a request. */
  keepAliveTimeout: 65_000,
  /** How often the first two are looked at. */
  connectionsCheckingInterval: 2000,
  /** Bytes of a head: Node's own default, said here so that a flag of the process does not change it. */
  maxHeaderSize: 16 * 1024,
} as const satisfies ServerOptions;

/**
 * Connections of the process, whatever they carry: its media sockets (2000), a page that follows a call and a browser's
 * idle ones, ten for each seat of a large house. Far below the files a process may open on Linux, because the lines to
 * the models and to the database are of them as well.
 */
export const MAX_CONNECTIONS = 10_000;

/** Pages and API: forms and JSON; files have no page yet. */
const MAX_PAGE_BODY_BYTES = 1024 * 1024;
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Of a path chosen by a stranger this much goes into the log. */
const LOGGED_PATH = 80;

/**
 * The web server: bounded in connections (one more is closed at once, unread, and no other notices), in heads and in the
 * time a request takes to arrive.
 */
export function frontServer(app: RequestListener, log: LogLine, maxConnections = MAX_CONNECTIONS): Server {
  const server = createServer(SERVER_LIMITS, app);
  server.maxConnections = maxConnections;
  server.on('drop', () => log('connection_refused', { reason: 'too_many_connections' }));
  refuseBrokenRequests(server, log);
  return server;
}

/** Answers and logs what is no request at all: broken, too long, or too slow. */
function refuseBrokenRequests(server: Server, log: LogLine): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex & { readonly bytesWritten?: number }) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const [status, reason] = brokenBecause(error.code);
    log('request_refused', { reason });
    // In the middle of an answer, or on a connection that was used before, a status would be taken for something else.
    if ((socket.bytesWritten ?? 0) > 0) return void socket.destroy();
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
  });
}

function brokenBecause(code: string | undefined): readonly [status: string, reason: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['408 Request Timeout', 'request_too_slow'];
  if (code === 'HPE_HEADER_OVERFLOW') return ['431 Request Header Fields Too Large', 'head_too_long'];
  return ['400 Bad Request', 'not_http'];
}

/** Stands before everything that answers: methods nobody offers are told so, and what in the end found no place is logged. */
export function refuseUnknown(log: LogLine): RequestHandler {
  return function unknownRequests(request, response, next) {
    if (!METHODS.has(request.method)) {
      log('request_refused', { reason: 'method_unknown' });
      response
        .status(405)
        .set('Allow', [...METHODS].join(', '))
        .json({ error: { code: 'method_not_allowed' } });
      return;
    }
    response.once('finish', () => {
      // The webhooks say it themselves.
      const isAnswered = request.originalUrl.startsWith('/webhook');
      if (isAnswered || (response.statusCode !== 404 && response.statusCode !== 405)) return;
      const reason = response.statusCode === 404 ? 'path_unknown' : 'method_not_offered';
      log('request_refused', { reason, path: loggedPath(request) });
    });
    next();
  };
}

/** Stands before the pages: a body longer than any form of ours, or of untold length, is not read. */
export function refuseLongBodies(log: LogLine): RequestHandler {
  return function longBodies(request, response, next) {
    const length = request.headers['content-length'];
    const untold = request.headers['transfer-encoding'] !== undefined && !WITHOUT_BODY.has(request.method);
    if (!untold && Number(length ?? 0) <= MAX_PAGE_BODY_BYTES) return next();
    log('request_refused', { reason: untold ? 'body_length_missing' : 'body_too_long', path: loggedPath(request) });
    response
      .status(untold ? 411 : 413)
      .set('Connection', 'close')
      .json({ error: { code: untold ? 'length_required' : 'body_too_long' } });
  };
}

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/iu;

/**
 * Stands before the pages: what was asked for must be an address, or making one of it would fail. With `_data` a page's
 * data could be asked for in a way of Remix's that our pages do not use.
 */
export function refuseUnreadableAddresses(log: LogLine): RequestHandler {
  return function unreadableAddresses(request, response, next) {
    if (isReadable(request)) return next();
    log('request_refused', { reason: 'malformed', path: loggedPath(request) });
    response.status(400).json({ error: { code: 'malformed' } });
  };
}

function isReadable(request: Request): boolean {
  const { protocol, originalUrl } = request;
  if (protocol !== 'http' && protocol !== 'https') return false;
  // A proxy may have put several beside one another.
  const hosts = [request.get('Host'), ...(request.get('X-Forwarded-Host')?.split(',') ?? [])];
  const isHost = (host = '') => HOST.test(host.trim()) && URL.canParse(`http://${host.trim()}/`);
  if (!hosts.every(isHost)) return false;
  // Also `//host/…`, which is a path here.
  const address = `http://localhost${originalUrl}`;
  // No record has a zero byte in its name, and the database would stumble over it.
  if (!originalUrl.startsWith('/') || originalUrl.includes('%00') || !URL.canParse(address)) return false;
  const { pathname, searchParams } = new URL(address);
  return !searchParams.has('_data') && !looksLikeHost(pathname);
}

/** Decoded, the path begins as an address of another host does, and the pages would take it for one. */
function looksLikeHost(pathname: string): boolean {
  try {
    return /^[\\/]{2}/u.test(decodeURIComponent(pathname));
  } catch {
    // What cannot be decoded is turned away further on.
    return false;
  }
}

/** Stands last: an error nobody handled is one line in the log, and tells its sender nothing. */
export function answerErrors(log: LogLine) {
  return function unhandledErrors(error: unknown, request: Request, response: Response, next: NextFunction): void {
    const status = statusOf(error);
    if (status < 500) log('request_refused', { reason: 'malformed', path: loggedPath(request) });
    else log('request_failed', { path: loggedPath(request), err: error });
    if (response.headersSent) return next(error);
    response.status(status).json({ error: { code: status < 500 ? 'malformed' : 'internal' } });
  };
}

/** Express and its parts mark what the sender got wrong, such as a path that cannot be decoded, with its status. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : 500;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

export function loggedPath(request: Pick<Request, 'originalUrl'>): string {
  return (request.originalUrl.split('?', 1)[0] ?? '').slice(0, LOGGED_PATH);
}
