import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { listen, stopListening } from '../loopback.ts';
import { conversationPath, DEFAULT_CONVERSATION, loadScript } from '../script/parse.ts';
import type { Script } from '../script/schema.ts';
import { RealtimeCore } from './core.ts';
import type { HeardUtterance } from './core.ts';
import { ERRORS } from './errors.ts';
import type { ApiError } from './errors.ts';
import type { Spoken } from './world.ts';

const PATH = '/v1/realtime';
/** The vendor's cap on one message is 15 MiB of audio. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What is known of a connection when its script is chosen. */
export interface ConnectionInfo {
  /** 0 for the first connection of this server. */
  readonly number: number;
  readonly model: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One accepted connection. */
export interface SandboxRealtimeConnection extends ConnectionInfo {
  readonly script: Script;
  /** What the agent said and called; grows while the connection lives. */
  readonly spoken: readonly Spoken[];
  /** What the model heard of the caller, one entry an utterance. */
  readonly heard: readonly HeardUtterance[];
  /** How many events of each type came in (`invalid`: those that earned an error unread) and went out. */
  readonly received: ReadonlyMap<string, number>;
  readonly sent: ReadonlyMap<string, number>;
  readonly open: boolean;
  /** Kills the socket without a close frame. */
  drop(): void;
}

export interface SandboxRealtimeOptions {
  /** Default 0: a free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The script every connection gets its own copy of. Default: the default conversation. */
  readonly script?: Script;
  /** Chooses the script per connection; before `script`. */
  readonly scriptFor?: (connection: ConnectionInfo) => Script;
  /** Multiple of real time at which audio is produced. Default 5. */
  readonly speed?: number;
  /** One structured line per notable thing; never the words spoken. */
  readonly log?: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** A running model double. */
export interface SandboxRealtime {
  /** Base without query: `ws://127.0.0.1:PORT/v1/realtime`. */
  readonly url: string;
  readonly connections: readonly SandboxRealtimeConnection[];
  /** Connections that rendered speech beforehand: no call, no script of one, no faults. */
  readonly renderings: readonly SandboxRealtimeConnection[];
  close(): Promise<void>;
}

/** The client says by its User-Agent that this connection carries no call. */
function isRendering(info: ConnectionInfo): boolean {
  return /\brender\b/iu.test(String(info.headers['user-agent'] ?? ''));
}

function refuse(socket: Duplex, status: number, body: object): void {
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function count(map: Map<string, number>, type: string): void {
  map.set(type, (map.get(type) ?? 0) + 1);
}

/** Answers with one error event and closes: what the vendor does with a request it accepts at HTTP level only. */
function turnAway(socket: WebSocket, error: ApiError): void {
  socket.send(JSON.stringify({ type: 'error', event_id: 'event_refused', error: { ...error, event_id: null } }));
  socket.close(4000, `${error.type}.${error.code ?? ''}`);
}

/** Drives one core by a socket and a clock. */
function serve(
  socket: WebSocket,
  core: RealtimeCore,
  counts: { received: Map<string, number>; sent: Map<string, number> },
): void {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const pump = (): void => {
    clearTimeout(timer);
    const now = performance.now() - began;
    for (const output of core.takeDue(now)) {
      if (output.kind === 'event') {
        count(counts.sent, output.event.type);
        socket.send(JSON.stringify(output.event));
      } else if (output.kind === 'raw') socket.send(output.text);
      else if (output.kind === 'close') socket.close(output.code, output.reason);
      else socket.terminate();
    }
    const due = core.nextDueAt();
    if (due !== null && socket.readyState === socket.OPEN) timer = setTimeout(pump, Math.max(0, due - now));
  };
  socket.on('message', (data, isBinary) => {
    const raw = isBinary ? '' : (data as Buffer).toString('utf8');
    count(counts.received, core.receive(performance.now() - began, raw) ?? 'invalid');
    pump();
  });
  socket.on('close', () => {
    clearTimeout(timer);
  });
  socket.on('error', () => {
    socket.terminate();
  });
  pump();
}

/**
 * Starts the model double: the OpenAI Realtime GA interface on loopback, speaking from a conversation script.
 * Rejects when the port is taken.
 */
export async function startSandboxRealtime(options: SandboxRealtimeOptions = {}): Promise<SandboxRealtime> {
  const fallback = options.script ?? loadScript(conversationPath(DEFAULT_CONVERSATION));
  const connections: SandboxRealtimeConnection[] = [];
  const renderings: SandboxRealtimeConnection[] = [];
  const refused = new Map<Script, number>();
  const accepted = new Map<Script, number>();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const http = createServer((_request, response) => {
    response.writeHead(404).end();
  });

  const accept = (socket: WebSocket, info: ConnectionInfo, script: Script, beta: boolean): void => {
    if (beta) return turnAway(socket, ERRORS.betaShape());
    if (info.model === '') return turnAway(socket, ERRORS.missingModel());
    const renders = isRendering(info);
    const nth = (accepted.get(script) ?? 0) + 1;
    if (!renders) accepted.set(script, nth);
    const core = new RealtimeCore({
      script,
      model: info.model,
      speed: options.speed ?? 5,
      connection: `${info.number.toString(36)}${renders ? 'r' : 'x'}`,
      startedAt: Date.now() / 1000,
      faulty: !renders && nth <= (script.model.first_connections ?? Infinity),
    });
    const counts = { received: new Map<string, number>(), sent: new Map<string, number>() };
    (renders ? renderings : connections).push({
      ...info,
      ...counts,
      script,
      spoken: core.spoken,
      heard: core.heard,
      get open() {
        return socket.readyState === socket.OPEN;
      },
      drop: () => {
        socket.terminate();
      },
    });
    socket.on('close', (code) => options.log?.('sandbox_model_closed', { connection: info.number, code }));
    options.log?.('sandbox_model_connected', { connection: info.number, model: info.model, script: script.title });
    serve(socket, core, counts);
  };

  let handshakes = 0;
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'ws://sandbox');
    if (url.pathname.replace(/\/$/, '') !== PATH) return refuse(socket, 404, { error: { message: 'Invalid URL' } });
    if (!/^Bearer \S+$/.test(request.headers.authorization ?? ''))
      return refuse(socket, 401, {
        error: {
          type: 'invalid_request_error',
          code: null,
          message: 'Missing bearer or basic authentication in header',
        },
      });
    const facts = { model: url.searchParams.get('model') ?? '', headers: request.headers };
    const renders = isRendering({ ...facts, number: 0 });
    const info = { ...facts, number: renders ? renderings.length : handshakes++ };
    const script = renders ? fallback : (options.scriptFor?.(info) ?? fallback);
    const refusals = renders ? 0 : (script.model.refuse_connection ?? 0);
    const before = refused.get(script) ?? 0;
    if (refusals === true || before < refusals) {
      refused.set(script, before + 1);
      return refuse(socket, 503, { error: { type: 'server_error', message: 'Service temporarily unavailable' } });
    }
    const shakeHands = (): void =>
      sockets.handleUpgrade(request, socket, head, (ws) => {
        accept(ws, info, script, request.headers['openai-beta'] !== undefined);
      });
    const { connect_ms: connectMs } = script.model;
    if (connectMs === undefined) shakeHands();
    else setTimeout(shakeHands, connectMs);
  });

  const address = await listen(http, options);
  return {
    url: `ws://${address}${PATH}`,
    connections,
    renderings,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await stopListening(http);
    },
  };
}
