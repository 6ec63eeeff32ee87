import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** One connection of the engine, as a server sees it. */
export interface Peer {
  readonly model: string;
  readonly headers: IncomingHttpHeaders;
  /** Events of the engine, parsed. */
  readonly received: { type: string; [key: string]: unknown }[];
  readonly closed: Promise<number>;
  /** Sends an event, or any text as it is. */
  send(event: Readonly<Record<string, unknown>> | string): void;
  close(code: number): void;
  drop(): void;
}

/** A WebSocket server that does only what a test tells it: each test is a vendor of its own. */
export class PlainServer {
  readonly peers: Peer[] = [];
  readonly refused: string[] = [];
  /** HTTP status with which the handshake of a model is refused; undefined lets it in. */
  refuses: (model: string) => number | undefined = () => undefined;
  /** What a connection is greeted with. */
  onPeer: (peer: Peer) => void = (peer) => peer.send({ type: 'session.created', session: {} });
  onEvent: (peer: Peer, event: Peer['received'][number]) => void = (peer, { type }) => {
    if (type === 'session.update') peer.send({ type: 'session.updated', session: {} });
  };
  readonly #server: Server = createServer();
  readonly #sockets = new WebSocketServer({ noServer: true });

  async listen(): Promise<string> {
    this.#server.on('upgrade', (request, socket, head) => {
      const model = new URL(request.url ?? '', 'ws://x').searchParams.get('model') ?? '';
      const status = this.refuses(model);
      if (status !== undefined) {
        this.refused.push(model);
        socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        this.#welcome(webSocket, model, request.headers);
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/realtime`;
  }

  async close(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #welcome(socket: WebSocket, model: string, headers: IncomingHttpHeaders): void {
    const peer: Peer = {
      model,
      headers,
      received: [],
      closed: new Promise((resolve) => socket.on('close', resolve)),
      send: (event) => socket.send(typeof event === 'string' ? event : JSON.stringify(event)),
      close: (code) => socket.close(code),
      drop: () => socket.terminate(),
    };
    this.peers.push(peer);
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString('utf8')) as Peer['received'][number];
      peer.received.push(event);
      this.onEvent(peer, event);
    });
    this.onPeer(peer);
  }
}
