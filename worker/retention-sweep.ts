import { businessesToPurge, purgeEndedSignIns } from '../domain/retention/index.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';

/** Businesses looked up at a time. */
const BUSINESSES_TOGETHER = 100;
/** Ended sessions and links removed in one run. */
const MOST_SIGN_INS = 10_000;

/** Hands every business to its own purge, and forgets sessions and links that have ended and belong to no business. */
export async function sweepRetention({ db, queue, clock, log }: WorkerContext): Promise<void> {
  const counts = await purgeEndedSignIns(db, clock.now(), MOST_SIGN_INS);
  logEvent(log, 'sign_ins_purged', { counts });
  for (let last: string | null = null; ;) {
    const businesses: readonly string[] = await businessesToPurge(db, last, BUSINESSES_TOGETHER);
    for (const businessId of businesses) {
      await queue.enqueue('retention-purge', { businessId }, { id: `retention-purge-${businessId}` });
    }
    last = businesses.at(-1) ?? null;
    if (last === null) return;
  }
}
