import { renewLease } from '../domain/calls/index.ts';
import type { Database } from '../platform/db/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { ActiveCalls } from '../voice/twilio/active-calls.ts';

/** A call of a dead process is closed within 60 s: lease, then the sweep every 10 s, with room for a slow database. */
const LEASE_MS = 40_000;
const RENEW_EVERY_MS = 10_000;

/**
 * Keeps the leases of this process's calls ahead of now. A call the sweep closed while this process could not reach the
 * database is taken back, and `onRevived` told of it. Returns how to stop.
 */
export function keepLeases(
  db: Database,
  activeCalls: ActiveCalls,
  log: Log,
  onRevived: (call: { readonly businessId: string; readonly callId: string }) => void,
): () => void {
  const timer = setInterval(() => {
    const until = new Date(Date.now() + LEASE_MS);
    for (const [businessId, callIds] of activeCalls.running()) {
      renewLease(db, businessId, callIds, until).then(
        ({ revived }) => {
          for (const callId of revived) {
            logEvent(log, 'call_revived', { businessId, callId }, 'warn');
            onRevived({ businessId, callId });
          }
        },
        (err: unknown) => logEvent(log, 'lease_renewal_failed', { businessId, err }, 'error'),
      );
    }
  }, RENEW_EVERY_MS);
  return () => clearInterval(timer);
}
