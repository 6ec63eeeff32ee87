import { type Socket, connect } from 'node:net';
import { DoorClient, type MediaClient } from './door-client.ts';

/**
 * Everything that can come to a door at once, in a process of its own so that the attacked process's time is its own.
 * Told where by its parent, it says what became of each attack.
 */

/** What the parent sends. */
export interface AttackOrder {
  readonly origin: string;
  readonly authToken: string;
  /** A call that was answered and whose stream nobody opened; the flood comes over it. */
  readonly call: { readonly callSid: string; readonly token: string };
}

/** How often an attack ended in which way: a status, a close code with its reason, or `reset`. */
export type AttackReport = Record<string, Record<string, number>>;

const UPGRADE = 'HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';

async function attack({ origin, authToken, call }: AttackOrder): Promise<AttackReport> {
  const client = new DoorClient(origin, authToken);
  const report: AttackReport = {};
  const note = (name: string, outcome: string) => {
    const outcomes = (report[name] ??= {});
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  const status = (answer: string) => /^HTTP\/1.1 (\d+)/u.exec(answer)?.[1] ?? 'reset';

  /** `count` attempts, `perSecond` of them begun in a second. */
  async function often(name: string, count: number, perSecond: number, once: (index: number) => Promise<string>) {
    const begun = performance.now();
    const attempts: Promise<void>[] = [];
    while (attempts.length < count) {
      const due = Math.min(count, Math.ceil(((performance.now() - begun) * perSecond) / 1000));
      while (attempts.length < due) {
        const ended = once(attempts.length).catch(() => 'reset');
        attempts.push(ended.then((outcome) => note(name, outcome)));
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(attempts);
  }
  const media = async (run: (socket: MediaClient) => void): Promise<string> => {
    const socket = await client.connect();
    run(socket);
    const { code, reason } = await socket.closed;
    return reason === '' ? String(code) : `${code} ${reason}`;
  };

  await Promise.all([
    often('handshake, unsigned', 3000, 350, (index) =>
      client.raw(`GET /ws/twilio-media ${UPGRADE}X-Forwarded-For: 192.0.2.${index % 200}\r\n\r\n`).then(status),
    ),
    often('handshake, wrong signature', 500, 60, () =>
      client.raw(`GET /ws/twilio-media ${UPGRADE}X-Twilio-Signature: ${'A'.repeat(27)}=\r\n\r\n`).then(status),
    ),
    often('upgrade of an unknown path, reset', 300, 40, () =>
      client
        .raw(`GET /ws/unknown ${UPGRADE}\r\nmore`, (socket) => setImmediate(() => socket.resetAndDestroy()))
        .then(status),
    ),
    often('unknown path', 300, 40, () => fetch(`${origin}/unknown`).then((answer) => String(answer.status))),
    often('webhook, unsigned', 1000, 120, () =>
      client.post('/webhook/call_status', FORM, { signature: null }).then((answer) => String(answer.status)),
    ),
    often('webhook, wrong signature', 300, 40, () =>
      client
        .post('/webhook/call_status', FORM, { signature: `${'A'.repeat(27)}=` })
        .then((answer) => String(answer.status)),
    ),
    often('webhook of 10 MB', 10, 2, () =>
      client
        .raw('POST /webhook/call_status HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n', pour)
        .then(status),
    ),
    often('slow head', 100, 50, () => client.raw('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', drip).then(status)),
    often('no start', 40, 20, () => media((socket) => socket.media('MZ1'))),
    often('not JSON', 20, 5, () => media((socket) => socket.send('{'))),
    often('binary', 20, 5, () => media((socket) => socket.send(Buffer.from([1])))),
    often('over 64 KiB', 20, 5, () => media((socket) => socket.send('x'.repeat(70_000)))),
    often('pings', 5, 1, () => media((socket) => every(1, socket, () => times(100, () => socket.socket.ping())))),
    often('fragments without end', 5, 1, () =>
      media((socket) => times(500, () => socket.socket.send('x', { fin: false }))),
    ),
    often('used token', 10, 5, () => media((socket) => socket.start('MZ1', 'CA1', 'used'))),
    often('2,000 messages a second', 1, 1, () =>
      media((socket) => {
        socket.start('MZflood', call.callSid, call.token);
        every(10, socket, () => times(20, () => socket.media('MZflood')));
      }),
    ),
    often('half-open', 5, 5, () => reset(client)),
  ]);
  return report;
}

const FORM = { CallSid: 'CA1', CallStatus: 'completed' };

function times(count: number, run: () => void): void {
  for (let index = 0; index < count; index++) run();
}

function every(ms: number, { socket }: MediaClient, run: () => void): void {
  const timer = setInterval(() => socket.readyState === socket.OPEN && run(), ms);
  socket.once('close', () => clearInterval(timer));
}

function pour(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024, 'a');
  const more = () => {
    while (!socket.destroyed && socket.writable && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.writable && socket.write('a'), 1000);
  socket.once('close', () => clearInterval(timer));
}

/** A handshake that nobody goes on with: no close frame, no reading; the other side has to notice. */
function reset(client: DoorClient): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(client.port, '127.0.0.1', () =>
      socket.write(
        `GET /ws/twilio-media ${UPGRADE}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
          `X-Twilio-Signature: ${client.signStream()}\r\n\r\n`,
      ),
    );
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer.includes('start_missing') ? '1008 start_missing, cut' : 'cut'));
  });
}

process.once('message', (order: AttackOrder) => {
  attack(order).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
