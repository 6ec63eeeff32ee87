import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Listens; resolves with `host:port`. Without a port a free one is taken, without a host 127.0.0.1.
 * @throws what the operating system says, such as EADDRINUSE
 */
export async function listen(
  server: Server,
  { port = 0, host = '127.0.0.1' }: { readonly port?: number | undefined; readonly host?: string | undefined },
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return `${host}:${(server.address() as AddressInfo).port}`;
}

/** Stops, and breaks what is still connected. */
export async function stopListening(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
