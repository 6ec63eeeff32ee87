import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MediaStream } from './media-stream.ts';
import type { MediaDoorOptions } from './media-options.ts';

/** The path of the media socket; a trailing slash is served as well, because a redirect breaks the handshake. */
export const MEDIA_PATH = '/ws/twilio-media';

/** Twilio's messages are under 1 KiB; more than this is not Twilio's. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Twilio sends 50 frames a second, silence included: a socket quiet for this long is half open. */
export const QUIET_LIMIT_MS = 10_000;

/** The WebSocket door for Twilio's media streams. */
export interface MediaDoor {
  /** Takes an upgrade request for the media path; false when the path is another. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): void;
}

export function mediaDoor(options: MediaDoorOptions): MediaDoor {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const streams = new Set<MediaStream>();
  const watch = setInterval(() => {
    for (const stream of streams) stream.closeWhenQuiet(QUIET_LIMIT_MS);
  }, QUIET_LIMIT_MS / 4);
  watch.unref();
  return {
    upgrade(request, socket, head) {
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      if (path.replace(/\/$/u, '') !== MEDIA_PATH) return false;
      const signature = request.headers['x-twilio-signature'];
      if (!options.signature.stream(typeof signature === 'string' ? signature : undefined, MEDIA_PATH)) {
        options.log('stream_refused', { reason: signature === undefined ? 'signature_missing' : 'signature_invalid' });
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return true;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        const stream = new MediaStream(webSocket, options, () => streams.delete(stream));
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
