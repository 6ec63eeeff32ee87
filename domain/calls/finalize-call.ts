import type { Database } from '../../platform/db/index.ts';
import { planDeliveries, type PlannedExport } from '../deliveries/plan.ts';
import { readThroughRegistry } from '../settings/check.ts';
import { storedSettings } from '../settings/read.ts';
import type { Settings, SettingsRegistry } from '../settings/registry.ts';
import { buildTranscript } from './transcript.ts';
import { durationSeconds, type EndReason, type FinishedCall } from './types.ts';

/** The requests a finished call sends out: pure, and it does not throw (a plugin that does is left out). */
export type ExportsOf = (call: FinishedCall, settings: Settings) => readonly PlannedExport[];

/** What came of {@link finalizeCall}. */
export type Finalized =
  /** Final now or already; `deliveries` are those still to be sent. */
  | { readonly kind: 'finalized'; readonly first: boolean; readonly deliveries: readonly PendingDelivery[] }
  /** The last transcriptions are still awaited. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'not_ended' }
  | { readonly kind: 'not_found' };

export interface PendingDelivery {
  readonly deliveryId: string;
  readonly nextAttemptAt: Date;
}

/**
 * Joins a call's turns to its final transcript, completes the call and plans its deliveries, in one transaction. A
 * second run, also one at the same time, changes nothing and adds no delivery. A call that was opened again (it had
 * been taken for dead, or had more to say) is completed anew; see `planDeliveries` for what is then sent.
 */
export async function finalizeCall(
  db: Database,
  businessId: string,
  callId: string,
  exportsOf: ExportsOf,
  registry: SettingsRegistry,
  now: Date = new Date(),
): Promise<Finalized> {
  return db.withBusiness(businessId, async (tx): Promise<Finalized> => {
    await tx.$queryRaw`SELECT id FROM calls WHERE id = ${callId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE`;
    const call = await tx.call.findUnique({
      where: { id: callId, businessId },
      include: { business: { select: { name: true } }, turns: true },
    });
    if (call === null) return { kind: 'not_found' };
    if (call.status === 'in_progress' || call.endedAt === null) return { kind: 'not_ended' };
    if (call.transcriptsSettledAt === null) return { kind: 'unsettled' };
    const first = call.finalizedAt === null;
    if (first) {
      const transcript = buildTranscript(call.turns);
      const settings = readThroughRegistry(await storedSettings(tx, businessId), registry);
      const finished: FinishedCall = {
        businessId,
        businessName: call.business.name,
        callId,
        callSid: call.callSid,
        direction: call.direction,
        fromNumber: call.fromNumber,
        toNumber: call.toNumber,
        startedAt: call.startedAt,
        endedAt: call.endedAt,
        durationSec: durationSeconds(call.startedAt, call.endedAt),
        // Sound: end reasons are written by endCall, closeSwept and openCall alone, which take the closed list.
        endReason: call.endReason as EndReason,
        transcript,
      };
      await tx.call.update({ where: { id: callId }, data: { transcript, status: 'completed', finalizedAt: now } });
      await planDeliveries(tx, { businessId, callId }, exportsOf(finished, settings), now);
    }
    const pending = await tx.delivery.findMany({
      where: { callId, businessId, status: 'pending' },
      select: { id: true, nextAttemptAt: true },
    });
    return {
      kind: 'finalized',
      first,
      deliveries: pending.map((row) => ({ deliveryId: row.id, nextAttemptAt: row.nextAttemptAt ?? now })),
    };
  });
}
