import type { Database } from '../../platform/db/index.ts';
import { runConversation } from '../../sandbox/conversation.ts';
import { factsOf } from '../../scripts/soak/facts.ts';
import { figuresOf, isDelivered, type Spread } from '../../scripts/soak/figures.ts';
import { type Product, receivingBusiness, receivingWebhook } from '../../scripts/soak/product.ts';
import { SOAK_SCRIPT } from '../../scripts/soak/script.ts';

const DELIVERY_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 250;

/** How long after the end of a call others hear of it. */
export interface AfterTheCall {
  readonly calls: number;
  readonly endToMondayMs: Spread;
  readonly endToAnalyzedMs: Spread;
}

/** Holds calls through the product's web process, `atOnce` at a time, and reads the receiver's log. Rejects when one is not delivered. */
export async function afterTheCall(
  db: Database,
  product: Product,
  { calls, atOnce }: { readonly calls: number; readonly atOnce: number },
): Promise<AfterTheCall> {
  const { receiver } = product;
  const business = await receivingBusiness(db, receiver.url, { max_total_calls: atOnce + 5 });
  await receivingWebhook(db, receiver.url, business.businessId);
  let placed = 0;
  const caller = async (): Promise<void> => {
    while (placed < calls) {
      placed++;
      const call = await product.ring(business.number, SOAK_SCRIPT);
      await runConversation({ call, script: SOAK_SCRIPT });
      if (call.status === 'in-progress') call.hangUp();
      await call.settled;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, calls) }, caller));

  const deadline = performance.now() + DELIVERY_LIMIT_MS;
  let known = await factsOf(db, business.businessId);
  while (!known.every(isDelivered)) {
    if (performance.now() > deadline) throw new Error(`not delivered within ${DELIVERY_LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    known = await factsOf(db, business.businessId);
  }
  const { endToMondayMs, endToAnalyzedMs } = figuresOf(known, receiver.deliveries);
  return { calls: known.length, endToMondayMs, endToAnalyzedMs };
}
