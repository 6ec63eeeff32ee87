import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stopListening } from '../loopback.ts';
import { stepOf, succeed, type ReceivedRequest, type ReceiverProgram, type ReceiverStep } from './program.ts';

export { failRandomly, failThenSucceed, gone, succeed } from './program.ts';
export type { ReceivedRequest, ReceiverProgram, ReceiverStep } from './program.ts';

/** One request that arrived, and what became of it. */
export interface ReceivedDelivery extends ReceivedRequest {
  /** When its body was complete (ms since 1970). */
  readonly at: number;
  /** The status of the answer; `pending` before it; `hung` or `dropped` when there is none. */
  answered: number | 'pending' | 'hung' | 'dropped';
}

export interface Receiver {
  /** Base URL; every path is received. */
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly deliveries: readonly ReceivedDelivery[];
  /**
   * The first delivery not yet given out that satisfies the predicate, also one that came before the question.
   * Rejects after `timeoutMs` (5000).
   */
  next(predicate?: (delivery: ReceivedDelivery) => boolean, timeoutMs?: number): Promise<ReceivedDelivery>;
  /** What happens to requests from now on; counting begins anew. */
  behave(program: ReceiverProgram): void;
  close(): Promise<void>;
}

interface Waiter {
  readonly predicate: (delivery: ReceivedDelivery) => boolean;
  readonly resolve: (delivery: ReceivedDelivery) => void;
}

/** Starts a receiver of webhooks on loopback; it answers 200 until told otherwise. */
export async function startReceiver(options: { port?: number; host?: string } = {}): Promise<Receiver> {
  const deliveries: ReceivedDelivery[] = [];
  const given = new Set<ReceivedDelivery>();
  const waiters = new Set<Waiter>();
  let program: ReceiverProgram = succeed;
  let index = 0;

  const give = (delivery: ReceivedDelivery): void => {
    for (const waiter of waiters) {
      if (!waiter.predicate(delivery)) continue;
      given.add(delivery);
      return waiter.resolve(delivery);
    }
  };

  const server = createServer((incoming, response) => {
    void receive(incoming).then((request) => {
      if (request === null) return;
      const delivery: ReceivedDelivery = { ...request, at: Date.now(), answered: 'pending' };
      deliveries.push(delivery);
      carryOut(stepOf(program, request, index++), delivery, response);
      give(delivery);
    });
  });
  const address = await listen(server, options);

  return {
    url: `http://${address}`,
    deliveries,
    next: (predicate = () => true, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const known = deliveries.find((delivery) => !given.has(delivery) && predicate(delivery));
        if (known !== undefined) {
          given.add(known);
          return resolve(known);
        }
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(new Error(`no such delivery within ${timeoutMs} ms; ${deliveries.length} arrived in all`));
        }, timeoutMs);
        const waiter: Waiter = {
          predicate,
          resolve: (delivery) => {
            clearTimeout(timer);
            waiters.delete(waiter);
            resolve(delivery);
          },
        };
        waiters.add(waiter);
      }),
    behave: (next) => {
      program = next;
      index = 0;
    },
    close: () => stopListening(server),
  };
}

/** The whole request, or null when the client gave up before it was sent. */
async function receive(incoming: IncomingMessage): Promise<ReceivedRequest | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk as Buffer));
  } catch {
    return null;
  }
  const rawBody = Buffer.concat(chunks);
  const body = parseBody(rawBody.toString('utf8'), incoming.headers['content-type'] ?? '');
  return { method: incoming.method ?? '', path: incoming.url ?? '/', headers: incoming.headers, body, rawBody };
}

function parseBody(text: string, contentType: string): unknown {
  if (contentType.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  if (!contentType.includes('json')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function carryOut(step: ReceiverStep, delivery: ReceivedDelivery, response: ServerResponse): void {
  const answer = (status: number, headers: Readonly<Record<string, string>>, body = ''): void => {
    delivery.answered = status;
    response.writeHead(status, headers).end(body);
  };
  switch (step.kind) {
    case 'answer': {
      const reply = (): void => answer(step.status ?? 200, step.headers ?? {}, step.body);
      if (step.delayMs === undefined) return reply();
      const timer = setTimeout(reply, step.delayMs);
      response.once('close', () => clearTimeout(timer));
      return;
    }
    case 'redirect':
      return answer(step.status ?? 302, { location: step.to });
    case 'retry_after': {
      const after = typeof step.after === 'number' ? String(step.after) : step.after.toUTCString();
      return answer(step.status ?? 429, { 'retry-after': after });
    }
    case 'hang':
      delivery.answered = 'hung';
      return;
    case 'drop':
      delivery.answered = 'dropped';
      if (step.midway !== true) return void response.socket?.destroy();
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"half"', () => response.socket?.destroy());
      return;
  }
}
