import { openDatabase, type Tx } from '../../platform/db/index.ts';
import { runConversation } from '../../sandbox/conversation.ts';
import { randomOf } from './random.ts';
import { type CallFacts, figuresOf, type SoakFigures } from './figures.ts';
import { keepKilling } from './killer.ts';
import { openProduct, type Product, receivingBusiness } from './product.ts';
import { SOAK_SCRIPT } from './script.ts';
import { failingReceiver } from './receiver.ts';

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
  readonly say: (line: string) => void;
}

/**
 * Plays calls through the real session path while workers are killed and the receiver fails, waits until everything
 * is delivered (the long pauses between attempts are cut short: what is soaked is that nothing is lost), and counts what the receiver's own log shows. Rejects when a process does not start; whatever the
 * product lost stands in the figures.
 */
export async function runSoak(options: SoakOptions): Promise<SoakFigures> {
  const { calls, atOnce, workers, say } = options;
  const random = randomOf(options.seed);
  const beganAt = performance.now();
  const db = await openDatabase({ url: options.databaseUrl, maxConnections: 3 });
  const product = await openProduct(options);
  try {
    product.receiver.behave(failingReceiver(randomOf(options.seed + 1), options.failShare));
    const business = await receivingBusiness(db, product.receiver.url, { max_total_calls: atOnce + 5 });
    await product.start('web');
    const running = await Promise.all(Array.from({ length: workers }, () => product.start('worker')));
    say(`${calls} calls, ${atOnce} at once, ${workers} workers`);

    const killing = keepKilling({ product, running, random, everyMs: options.killEveryMs });
    const broken = await placeCalls(product, business.number, options);
    const kills = await killing.stop();
    say(`the calls are over after ${seconds(beganAt)} s; ${kills} workers killed`);

    const facts = () =>
      db.withBusiness(business.businessId, (tx) =>
        tx.call.findMany({ select: { callSid: true, endedAt: true, deliveries: { select: { status: true } } } }),
      );
    const deadline = performance.now() + options.deliveryLimitMs;
    let known: CallFacts[] = await facts();
    while (known.length > 0 && !known.every(isDelivered) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      await db.withBusiness(business.businessId, cutLongPauses);
      known = await facts();
    }
    return {
      ...figuresOf(known, product.receiver.deliveries),
      calls,
      brokenConversations: broken,
      workersKilled: kills,
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

/** Keeps `atOnce` callers busy until all calls are over. Returns how many conversations did not come to their end. */
async function placeCalls(product: Product, number: string, { calls, atOnce, say }: SoakOptions): Promise<number> {
  let placed = 0;
  let over = 0;
  let broken = 0;
  const caller = async (): Promise<void> => {
    while (placed < calls) {
      placed++;
      const call = await product.ring(number, SOAK_SCRIPT);
      const completed = await runConversation({ call, script: SOAK_SCRIPT }).then(
        (result) => result.completed,
        () => false,
      );
      if (!completed) broken++;
      if (call.status === 'in-progress') call.hangUp();
      await call.settled;
      if (++over % 50 === 0) say(`${over} calls are over`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, calls) }, caller));
  return broken;
}

function isDelivered({ deliveries }: CallFacts): boolean {
  return deliveries.length > 0 && deliveries.every(({ status }) => status === 'delivered');
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
