import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** A line to a server that can be cut as a network is cut: nothing arrives any more, and nobody is told. */
export interface CuttableLine {
  /** The server's connection string, by way of this line. */
  readonly url: string;
  /** From now on what either side sends stays on the way, the end of a connection too. */
  cut(): void;
  /** What stayed on the way arrives, as TCP would send it again. */
  mend(): void;
  close(): Promise<void>;
}

/** Opens a line on loopback to the host and port of this connection string. */
export async function cuttableLine(target: string): Promise<CuttableLine> {
  const to = new URL(target);
  const sockets = new Set<Socket>();
  const onTheWay: (() => void)[] = [];
  let isCut = false;
  const pass = (deliver: () => void): void => {
    if (isCut) onTheWay.push(deliver);
    else deliver();
  };
  const join = (from: Socket, into: Socket): void => {
    sockets.add(from);
    from.on('data', (chunk: Buffer) => pass(() => void into.write(chunk)));
    from.on('error', () => undefined); // its close says enough
    from.on('close', () => {
      sockets.delete(from);
      pass(() => into.destroy());
    });
  };
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    join(near, far);
    join(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut: () => void (isCut = true),
    mend() {
      isCut = false;
      for (const deliver of onTheWay.splice(0)) deliver();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
