import { Socket } from 'node:net';

/**
 * A socket for a database connection that is given up when nothing has come or gone over it for `limitMs`. Where the
 * network swallows packets without a word, a query would otherwise wait for a quarter of an hour: TCP sends again and
 * again, and its keep-alive looks at idle connections only.
 */
export function silentSocket(limitMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(limitMs, () => socket.destroy(new Error(`database_silent: nothing for ${limitMs} ms`)));
  return socket;
}
