import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ModelLine } from '../model-line.ts';

const PATH = '/v1/realtime';
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const REFUSALS = { 401: 'Unauthorized', 404: 'Not Found', 503: 'Service Unavailable' } as const;

/** The model double behind a real socket. */
export interface ModelServer {
  /** Base without query. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the model line of the call that is being played. */
export async function startModelServer(lineOfCall: () => ModelLine | null): Promise<ModelServer> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const http = createServer((_request, response) => void response.writeHead(404).end());
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const url = new URL(request.url ?? '/', 'ws://model');
    const line = lineOfCall();
    if (url.pathname !== PATH) return refuse(socket, 404);
    if (!/^Bearer \S+$/u.test(request.headers.authorization ?? '')) return refuse(socket, 401);
    if (line === null || line.refusesNext()) return refuse(socket, 503);
    sockets.handleUpgrade(request, socket, head, (ws) => serve(ws, line, url.searchParams.get('model') ?? ''));
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}${PATH}`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function serve(socket: WebSocket, line: ModelLine, model: string): void {
  const connection = line.accept(model, {
    message: (text) => socket.send(text),
    broken: (code) => {
      const closeCode = Number(/^closed_(\d+)$/u.exec(code)?.[1] ?? 1006);
      if (closeCode === 1006) socket.terminate();
      else socket.close(closeCode);
    },
  });
  socket.on('message', (data, isBinary) => connection.send(isBinary ? '' : (data as Buffer).toString('utf8')));
  socket.on('close', () => connection.close());
  socket.on('error', () => socket.terminate());
}

function refuse(socket: Duplex, status: keyof typeof REFUSALS): void {
  socket.end(`HTTP/1.1 ${status} ${REFUSALS[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
