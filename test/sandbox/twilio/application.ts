import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { stamp } from '../../../sandbox/audio/watermark.ts';

export interface Visit {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: Record<string, string>;
}

export interface Stream {
  readonly socket: WebSocket;
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
  /** Text frames as they came, parsed. */
  readonly messages: Message[];
  /** The next message (also one that already came) that satisfies the predicate. */
  message(event: string, predicate?: (message: Message) => boolean): Promise<Message>;
  send(message: object): void;
  readonly closed: Promise<number>;
}

export type Message = { event: string; [field: string]: unknown };

type Answer =
  string | { status?: number; contentType?: string; location?: string; body: string; delay?: Promise<unknown> };

/** A little application on loopback: answers webhooks by path and accepts media streams under /media. */
export async function startApplication(answers: Record<string, Answer | ((visit: Visit) => Answer)>) {
  const visits: Visit[] = [];
  const streams: Stream[] = [];
  const waiting: (() => void)[] = [];
  const changed = (): void => waiting.splice(0).forEach((wake) => wake());
  const until = async <T>(find: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const server = createServer((request, response) => {
    void (async () => {
      const visit = await read(request);
      visits.push(visit);
      changed();
      const known = answers[visit.path];
      const answer = typeof known === 'function' ? known(visit) : known;
      const full = typeof answer === 'string' ? { body: answer } : (answer ?? { status: 404, body: '' });
      await full.delay;
      const location = full.location === undefined ? {} : { location: full.location };
      response.writeHead(full.status ?? 200, { 'content-type': full.contentType ?? 'text/xml', ...location });
      response.end(full.body);
    })();
  });
  const media = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (!request.url?.startsWith('/media')) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    media.handleUpgrade(request, socket, head, (ws) => {
      const messages: Message[] = [];
      ws.on('message', (data) => {
        messages.push(JSON.parse((data as Buffer).toString('utf8')) as Message);
        changed();
      });
      streams.push({
        socket: ws,
        headers: request.headers,
        path: request.url ?? '',
        messages,
        message: (event, predicate = () => true) =>
          until(() => messages.find((m) => m.event === event && predicate(m))),
        send: (message) => ws.send(JSON.stringify(message)),
        closed: new Promise((resolve) => ws.on('close', resolve)),
      });
      changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}/media`,
    port,
    visits,
    streams,
    visit: (path: string, index = 0) => until(() => visits.filter((visit) => visit.path === path)[index]),
    stream: (index = 0) => until(() => streams[index]),
    close: async () => {
      for (const { socket } of streams) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<Visit> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const url = new URL(request.url ?? '/', 'http://application');
  const form = Object.fromEntries(new URLSearchParams(request.method === 'POST' ? body : url.search));
  return { method: request.method ?? '', path: url.pathname, headers: request.headers, form };
}

/** TwiML that connects a stream. */
export function connectTwiml(
  url: string,
  options: { action?: string; statusCallback?: string; after?: string; token?: string } = {},
) {
  const action = options.action === undefined ? '' : ` action="${options.action}"`;
  const callback = options.statusCallback === undefined ? '' : ` statusCallback="${options.statusCallback}"`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response><Connect${action}><Stream url="${url}"${callback}><Parameter name="token" value="${options.token ?? 't&amp;1'}"/></Stream></Connect>${options.after ?? ''}</Response>`;
}

/** Watermarked frames of speech. */
export function speechFrames(line: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, frame) => stamp(new Uint8Array(160).fill(0x2a), { line, frame }));
}

export const media = (streamSid: string, frames: Uint8Array[]) => ({
  event: 'media',
  streamSid,
  media: { payload: Buffer.concat(frames).toString('base64') },
});
