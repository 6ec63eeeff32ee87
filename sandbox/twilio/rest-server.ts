import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen, stopListening } from '../loopback.ts';
import { notFound, restError, unauthorized, type RestAnswer } from './rest-answers.ts';
import type { RestFault, RestRequest } from './types.ts';

/** One REST request, read and signed in. */
export interface RestCallRequest {
  readonly kind: 'create' | 'update' | 'fetch' | 'record' | 'forget' | 'other';
  readonly path: string;
  readonly callSid: string | null;
  readonly recording: { readonly sid: string; readonly extension: string } | null;
  readonly params: URLSearchParams;
}

export interface RestServerOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly host: string;
  readonly port: number;
  readonly now: () => number;
  readonly handle: (request: RestCallRequest) => RestAnswer;
}

/** The HTTP side of the REST API: paths, basic auth, faults. */
export class RestServer {
  readonly requests: RestRequest[] = [];
  readonly #options: RestServerOptions;
  readonly #server: Server;
  #fault: RestFault | null = null;
  #faultsLeft = Infinity;

  constructor(options: RestServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Listens and resolves with the base URL. */
  async listen(): Promise<string> {
    return `http://${await listen(this.#server, this.#options)}`;
  }

  setFault(fault: RestFault | null): void {
    this.#fault = fault;
    this.#faultsLeft = fault?.times ?? Infinity;
  }

  close(): Promise<void> {
    return stopListening(this.#server);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://sandbox');
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const method = incoming.method ?? 'GET';
    const params = new URLSearchParams(method === 'GET' ? url.search : body);
    const request = this.#read(method, url.pathname, params);
    const fault = this.#takeFault(request);
    const noted = { at: this.#options.now(), method, path: url.pathname, params: Object.fromEntries(params) };
    if (fault?.kind === 'down') {
      this.requests.push({ ...noted, status: null });
      incoming.socket.destroy();
      return;
    }
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    const answer = this.#faultAnswer(fault, url.pathname) ?? this.#answer(incoming, request);
    this.requests.push({ ...noted, status: answer.status });
    const length = Buffer.byteLength(answer.body);
    response.writeHead(answer.status, {
      'twilio-request-id': 'RQ'.padEnd(34, '0'),
      ...(fault?.kind === 'stall' ? { 'content-length': length } : {}),
      ...answer.headers,
    });
    if (fault?.kind === 'stall') response.write(Buffer.from(answer.body).subarray(0, length / 2));
    else response.end(answer.body);
  }

  #read(method: string, path: string, params: URLSearchParams): RestCallRequest {
    const prefix = `/2010-04-01/Accounts/${this.#options.accountSid}`;
    const base = { path, params, callSid: null, recording: null };
    if (path === `${prefix}/Calls.json` && method === 'POST') return { ...base, kind: 'create' };
    const call = path.startsWith(prefix)
      ? /^\/Calls\/(CA[0-9a-fA-F]{32})\.json$/.exec(path.slice(prefix.length))
      : null;
    if (call !== null && (method === 'POST' || method === 'GET')) {
      return { ...base, kind: method === 'POST' ? 'update' : 'fetch', callSid: call[1] ?? null };
    }
    const recorded = path.startsWith(prefix)
      ? /^\/Calls\/(CA[0-9a-fA-F]{32})\/Recordings\.json$/.exec(path.slice(prefix.length))
      : null;
    if (recorded !== null && method === 'POST') return { ...base, kind: 'record', callSid: recorded[1] ?? null };
    const file = path.startsWith(prefix)
      ? /^\/Recordings\/(RE[0-9a-f]{32})(?:\.(wav|mp3|json))?$/.exec(path.slice(prefix.length))
      : null;
    if (file !== null && method === 'DELETE') {
      return { ...base, kind: 'forget', recording: { sid: file[1] ?? '', extension: file[2] ?? 'json' } };
    }
    if (file !== null && method === 'GET') {
      return { ...base, kind: 'other', recording: { sid: file[1] ?? '', extension: file[2] ?? 'wav' } };
    }
    return { ...base, kind: 'other' };
  }

  #answer(incoming: IncomingMessage, request: RestCallRequest): RestAnswer {
    const { accountSid, authToken } = this.#options;
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    if (incoming.headers.authorization !== expected) return unauthorized();
    return this.#options.handle(request);
  }

  #takeFault({ kind, path }: RestCallRequest): RestFault | null {
    const fault = this.#fault;
    if (fault === null || this.#faultsLeft <= 0 || (fault.on !== undefined && fault.on !== kind)) return null;
    if (fault.path !== undefined && !path.includes(fault.path)) return null;
    this.#faultsLeft -= 1;
    return fault;
  }

  #faultAnswer(fault: RestFault | null, path: string): RestAnswer | null {
    if (fault?.kind === 'error')
      return restError(fault.status, fault.status === 429 ? 20429 : 20500, 'An internal server error has occurred');
    if (fault?.kind === 'not-found') return notFound(path);
    return null;
  }
}
