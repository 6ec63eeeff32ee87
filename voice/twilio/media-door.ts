import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE_ANSWER_LIMIT_MS, MAX_FRAGMENTS, MAX_MESSAGE_BYTES, QUIET_LIMIT_MS, WARM_STREAMS } from './limits.ts';
import type { MediaDoorOptions } from './media-options.ts';
import { MediaStream } from './media-stream.ts';
import { PLACES, noPlace, waitingOf } from './places.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

/** The path of the media socket; a trailing slash is served as well, because a redirect breaks the handshake. */
export const MEDIA_PATH = '/ws/twilio-media';

/** The WebSocket door for Twilio's media streams. */
export interface MediaDoor {
  /** Takes an upgrade request for the media path; false when the path is another. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}

const SOCKETS = {
  noServer: true,
  perMessageDeflate: false,
  maxPayload: MAX_MESSAGE_BYTES,
  maxFragments: MAX_FRAGMENTS,
  // Answered here: a ping counts as a message, and a peer that reads no answer is given none.
  autoPong: false,
  // Known to `ws`, not yet to its types.
  closeTimeout: CLOSE_ANSWER_LIMIT_MS,
};

export function mediaDoor(options: MediaDoorOptions): MediaDoor {
  const { log, places = PLACES } = options;
  const sockets = new WebSocketServer(SOCKETS);
  /** Each with the address it came from. */
  const streams = new Map<MediaStream, string | null>();
  const watch = setInterval(() => {
    for (const stream of streams.keys()) stream.closeWhenQuiet(QUIET_LIMIT_MS);
  }, QUIET_LIMIT_MS / 4);
  watch.unref();

  const refuse = (socket: Duplex, status: string, reason: string) => {
    log('stream_refused', { reason });
    refuseUpgrade(socket, status);
  };
  sockets.on('wsClientError', (_error, socket) => refuse(socket, '400 Bad Request', 'handshake_invalid'));

  return {
    upgrade(request, socket, head) {
      const [path = '', query] = (request.url ?? '').split('?', 2);
      if (path.replace(/\/$/u, '') !== MEDIA_PATH) return false;
      const header = request.headers['x-twilio-signature'];
      const signature = typeof header === 'string' ? header : undefined;
      // Twilio's streams carry no query: one that does was not signed as it came.
      if (query !== undefined || !options.signature.stream(signature, MEDIA_PATH)) {
        const tooMany = options.refusedTooOften?.(request) ?? false;
        const reason = signature === undefined ? 'signature_missing' : 'signature_invalid';
        refuse(socket, tooMany ? '429 Too Many Requests' : '403 Forbidden', tooMany ? 'too_many_refused' : reason);
        return true;
      }
      const address = options.addressOf?.(request) ?? null;
      const waiting = waitingOf(streams, address);
      const full = noPlace({ sockets: sockets.clients.size, ...waiting }, places);
      if (full !== null) {
        refuse(socket, full.status, full.reason);
        return true;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        const warm = waiting.waiting < WARM_STREAMS;
        const stream = new MediaStream(webSocket, options, () => streams.delete(stream), { warm, wire: socket });
        webSocket.on('ping', (data) => {
          if (stream.controlFrame(data.length)) webSocket.pong(data);
        });
        webSocket.on('pong', (data) => void stream.controlFrame(data.length));
        streams.set(stream, address);
      });
      return true;
    },
    close() {
      clearInterval(watch);
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}
