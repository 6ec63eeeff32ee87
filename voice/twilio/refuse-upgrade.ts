import type { Duplex } from 'node:stream';
import { CLOSE_LIMIT_MS } from './limits.ts';

/**
 * Answers an upgrade request with a status such as `403 Forbidden` and lets go of its connection. Node gives such a
 * socket away whole: without a listener its reset would end the process, and a peer that stays would keep it.
 */
export function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => socket.destroy());
  socket.once('end', () => socket.destroy());
  const cut = setTimeout(() => socket.destroy(), CLOSE_LIMIT_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.resume();
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
