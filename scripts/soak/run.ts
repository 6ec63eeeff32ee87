import { openDatabase, type Tx } from '../../platform/db/index.ts';
import { runConversation } from '../../sandbox/conversation.ts';
import type { SandboxCall } from '../../sandbox/twilio/index.ts';
import { randomOf } from './random.ts';
import { factsOf } from './facts.ts';
import { figuresOf, isDelivered, type SoakFigures } from './figures.ts';
import { keepKilling } from './killer.ts';
import { openProduct, receivingBusiness, receivingWebhook } from './product.ts';
import { checkingReceiver } from './receiver.ts';
import { SOAK_SCRIPT } from './script.ts';

/** What is soaked, and how roughly. */
export interface SoakOptions {
  readonly root: string;
  /** A migrated database of its own. */
  readonly databaseUrl: string;
  readonly redisUrl?: string | undefined;
  readonly calls: number;
  /** Calls going on at the same time at most. */
  readonly atOnce: number;
  /** Of the kills and of the receiver's failures. */
  readonly seed: number;
  /** Share of the requests the receiver fails, 0–1. */
  readonly failShare: number;
  readonly workers: number;
  /** Milliseconds between two kills, at least and at most. */
  readonly killEveryMs: readonly [number, number];
  /** Milliseconds after the last call's end within which everything must be delivered. */
  readonly deliveryLimitMs: number;
  /** Stops the database and starts it again where it was; done once, half-way. */
  readonly restartDatabase: () => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Plays calls through the real session path while workers are killed, the receiver fails and the database is restarted,
 * waits until everything is delivered (the long pauses between attempts are cut short: what is soaked is that nothing is
 * lost), and counts what the receiver's own log shows. Rejects when a process does not start; whatever the product lost
 * stands in the figures.
 */
export async function runSoak(options: SoakOptions): Promise<SoakFigures> {
  const { calls, atOnce, workers, say } = options;
  const random = randomOf(options.seed);
  const beganAt = performance.now();
  const db = await openDatabase({ url: options.databaseUrl, maxConnections: 3, onConnectionError: () => undefined });
  const product = await openProduct(options);
  try {
    const business = await receivingBusiness(db, product.receiver.url, { max_total_calls: atOnce + 5 });
    const webhook = await receivingWebhook(db, product.receiver.url, business.businessId);
    const receiver = checkingReceiver({ random: randomOf(options.seed + 1), failShare: options.failShare, webhook });
    product.receiver.behave(receiver.program);
    const web = await product.start('web');
    const running = await Promise.all(Array.from({ length: workers }, () => product.start('worker')));
    say(`${calls} calls, ${atOnce} at once, ${workers} workers`);

    const killing = keepKilling({ product, running, random, everyMs: options.killEveryMs });
    const broken = await placeCalls(options, {
      ring: () => product.ring(business.number, SOAK_SCRIPT),
      isOpen: async ({ sid: callSid }) =>
        (await db.withBusiness(business.businessId, (tx) =>
          tx.call.count({ where: { callSid, streamStartedAt: { not: null } } }),
        )) > 0,
      eventsOf: ({ sid }) => web.lines.flatMap(({ event, callSid }) => (callSid === sid ? String(event) : [])),
    });
    const kills = await killing.stop();
    say(`the calls are over after ${seconds(beganAt)} s; ${kills} workers killed`);

    const facts = () => factsOf(db, business.businessId);
    const deadline = performance.now() + options.deliveryLimitMs;
    let known = await facts();
    while (known.length > 0 && !known.every(isDelivered) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      await db.withBusiness(business.businessId, cutLongPauses);
      known = await facts();
    }
    return {
      ...figuresOf(known, product.receiver.deliveries),
      calls,
      brokenConversations: broken,
      unsigned: receiver.unsigned(),
      workersKilled: kills,
      databaseRestarts: 1,
      elapsedMs: Math.round(performance.now() - beganAt),
    };
  } finally {
    await product.close();
    await db.close();
  }
}

/** Ms: longer than an attempt owns its delivery, and than it must be overdue for the sweep to take it up. */
const LONG_PAUSE_MS = 31_000;

/** A pause of minutes or hours before the next attempt is over at once; what an attempt holds is left to it. */
async function cutLongPauses(tx: Tx): Promise<void> {
  const now = Date.now();
  await tx.delivery.updateMany({
    where: { status: 'pending', nextAttemptAt: { gt: new Date(now + LONG_PAUSE_MS) } },
    data: { nextAttemptAt: new Date(now - LONG_PAUSE_MS) },
  });
}

/** The line that the calls come in on. */
interface Line {
  ring(): Promise<SandboxCall>;
  /** Whether the call is connected: nothing of it asks for the database again before its end. */
  isOpen(call: SandboxCall): Promise<boolean>;
  /** What the web process logged of it. */
  eventsOf(call: SandboxCall): readonly string[];
}

/**
 * Keeps `atOnce` callers busy until all calls are over. Half-way the database is restarted under those that are being
 * held; nobody rings meanwhile, as no call can be opened without one. Returns how many conversations did not come to
 * their end.
 */
async function placeCalls(options: SoakOptions, line: Line): Promise<number> {
  const { calls, atOnce, say } = options;
  let placed = 0;
  let over = 0;
  let broken = 0;
  let restart: Promise<void> | null = null;
  const ringing = new Set<Promise<unknown>>();
  const opened = async (): Promise<SandboxCall> => {
    const call = await line.ring();
    while (call.status === 'in-progress' && !(await line.isOpen(call)))
      await new Promise((resolve) => setTimeout(resolve, 50));
    return call;
  };
  const ring = async (): Promise<SandboxCall> => {
    if (placed > calls / 2) restart ??= Promise.all(ringing).then(() => options.restartDatabase());
    // Without a pause where there is nothing to wait for: whoever restarts must see who rings.
    if (restart !== null) await restart;
    const rung = opened();
    ringing.add(rung);
    return rung.finally(() => ringing.delete(rung));
  };
  const caller = async (): Promise<void> => {
    while (placed < calls) {
      placed++;
      const call = await ring();
      const result = await runConversation({ call, script: SOAK_SCRIPT }).catch(() => null);
      if (result?.completed !== true) {
        broken++;
        say(
          `${call.sid}: cut short after ${result?.steps.length ?? 0} entries; web: ${line.eventsOf(call).join(', ')}`,
        );
      }
      if (call.status === 'in-progress') call.hangUp();
      await call.settled;
      if (++over % 50 === 0) say(`${over} calls are over`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, calls) }, caller));
  return broken;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
