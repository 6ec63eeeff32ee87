import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  CLOSE_ANSWER_LIMIT_MS,
  MAX_FRAGMENTS,
  MAX_MESSAGE_BYTES,
  QUIET_LIMIT_MS,
  WAITING_STREAMS,
  WARM_STREAMS,
} from './limits.ts';
import type { MediaDoorOptions } from './media-options.ts';
import { MediaStream } from './media-stream.ts';
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
  const { log } = options;
  const sockets = new WebSocketServer(SOCKETS);
  const streams = new Set<MediaStream>();
  const watch = setInterval(() => {
    for (const stream of streams) stream.closeWhenQuiet(QUIET_LIMIT_MS);
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
      let waiting = 0;
      for (const stream of streams) if (stream.waitsForStart) waiting++;
      if (waiting >= WAITING_STREAMS) {
        refuse(socket, '503 Service Unavailable', 'too_many_waiting');
        return true;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        const warm = waiting < WARM_STREAMS;
        const stream = new MediaStream(webSocket, options, () => streams.delete(stream), { warm });
        webSocket.on('ping', (data) => {
          if (stream.controlFrame(data.length)) webSocket.pong(data);
        });
        webSocket.on('pong', (data) => void stream.controlFrame(data.length));
        streams.add(stream);
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
