import { randomUUID } from 'node:crypto';
import { emit } from '../../domain/deliveries/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { type Product, receivingBusiness, receivingWebhook } from '../../scripts/soak/product.ts';

/** As many businesses as it takes that no destination's own limit (200 a second) is met. */
const BUSINESSES = 10;
/** Transactions at a time that emit: more than the worker keeps up with. */
const EMITTERS = 4;
const WARM_UP = 100;
const LIMIT_MS = 120_000;

/** How many deliveries a second go the whole way. */
export interface Rate {
  readonly deliveries: number;
  /** From the first event being emitted to the last delivery being taken. */
  readonly perSecond: number;
}

/** Emits events, each in a transaction of its own, and waits until the receiver has taken one delivery of each. */
export async function deliveryRate(db: Database, product: Product, deliveries: number): Promise<Rate> {
  const { receiver } = product;
  const businesses: string[] = [];
  for (let index = 0; index < BUSINESSES; index++) {
    const { businessId } = await receivingBusiness(db, receiver.url);
    await receivingWebhook(db, receiver.url, businessId);
    businesses.push(businessId);
  }
  const run = async (count: number): Promise<number> => {
    const already = receiver.deliveries.length;
    const begunAt = Date.now();
    let emitted = 0;
    const emitter = async (): Promise<void> => {
      while (emitted < count) await tellOne(db, businesses[emitted++ % BUSINESSES] ?? '');
    };
    await Promise.all(Array.from({ length: EMITTERS }, emitter));
    const deadline = performance.now() + LIMIT_MS;
    while (receiver.deliveries.length - already < count) {
      if (performance.now() > deadline) throw new Error(`not delivered within ${LIMIT_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const lastAt = receiver.deliveries[already + count - 1]?.at ?? Date.now();
    return count / ((lastAt - begunAt) / 1000);
  };
  await run(WARM_UP);
  return { deliveries, perSecond: Math.round(await run(deliveries)) };
}

function tellOne(db: Database, businessId: string): Promise<number> {
  const at = new Date();
  return db.withBusiness(businessId, (tx) =>
    emit(tx, {
      businessId,
      type: 'call.started',
      at,
      data: {
        business_id: businessId,
        call_id: randomUUID(),
        call_sid: `CA${randomUUID().replaceAll('-', '')}`,
        direction: 'inbound',
        from_number: '+972501234567',
        to_number: '+97230000001',
        started_at: at.toISOString(),
      },
    }),
  );
}
