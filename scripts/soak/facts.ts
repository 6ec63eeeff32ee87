import type { Database } from '../../platform/db/index.ts';
import type { CallFacts } from './figures.ts';

/** Every call of a business with how its deliveries stand. */
export function factsOf(db: Database, businessId: string): Promise<CallFacts[]> {
  return db.withBusiness(businessId, (tx) =>
    tx.call.findMany({ select: { callSid: true, endedAt: true, deliveries: { select: { status: true } } } }),
  );
}
