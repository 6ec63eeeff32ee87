import type { Database, Tx } from '../../platform/db/index.ts';
import { listSpokenOptOuts } from '../do-not-call/spoken.ts';
import { type CallEnd, endCalls, settleCalls } from './end-call.ts';
import { noteStreams } from './lease.ts';
import { type SideEvent, writeSideEvents } from './side-events.ts';
import { upsertTurns } from './turns.ts';
import type { TurnRecord } from './types.ts';
import { type UsageEntry, writeUsage } from './usage.ts';

/** What is to be written of one call; what is missing stays as it is. */
export interface CallWrite {
  readonly callId: string;
  readonly streamStartedAt?: Date;
  readonly turns?: readonly TurnRecord[];
  readonly end?: CallEnd;
  /** What was used of the models in all. */
  readonly usage?: readonly UsageEntry[];
  /** All that happened beside the words so far. */
  readonly sideEvents?: readonly SideEvent[];
  /** When the caller asked never to be called again. */
  readonly optedOutAt?: Date;
  /** No transcription is still to come. Counts only for a call that has ended, now or before. */
  readonly settled?: boolean;
}

/**
 * Writes any number of a business's calls in one transaction, each call once: the same as `noteStreamStarted`,
 * `saveTurns`, `endCall` and `settleTranscripts` one after the other, in a statement for each kind instead of a
 * transaction for each call; a caller's wish never to be called again goes along. All is written or nothing.
 */
export async function writeCalls(
  db: Database,
  businessId: string,
  writes: readonly CallWrite[],
  now: Date = new Date(),
): Promise<void> {
  const streams = writes.flatMap(({ callId, streamStartedAt: at }) => (at === undefined ? [] : [{ callId, at }]));
  const spoken = writes.flatMap(({ callId, turns = [] }) => (turns.length === 0 ? [] : [{ callId, turns }]));
  const ends = writes.flatMap(({ callId, end }) => (end === undefined ? [] : [{ callId, end }]));
  const used = writes.flatMap(({ callId, usage }) => (usage === undefined ? [] : [{ callId, usage }]));
  const beside = writes.flatMap(({ callId, sideEvents }) => (sideEvents === undefined ? [] : [{ callId, sideEvents }]));
  const optOuts = writes.flatMap(({ callId, optedOutAt: at }) => (at === undefined ? [] : [{ callId, at }]));
  const settled = writes.flatMap(({ callId, settled = false }) => (settled ? [callId] : []));
  const touched = new Set(
    [...streams, ...spoken, ...beside, ...ends, ...used, ...optOuts].map(({ callId }) => callId).concat(settled),
  );
  if (touched.size === 0) return;
  await db.withBusiness(businessId, async (tx) => {
    if (touched.size > 1) await lockInOrder(tx, businessId, [...touched]);
    if (streams.length > 0) await noteStreams(tx, businessId, streams);
    if (spoken.length > 0) await upsertTurns(tx, businessId, spoken);
    if (beside.length > 0) await writeSideEvents(tx, businessId, beside);
    if (optOuts.length > 0) await listSpokenOptOuts(tx, businessId, optOuts);
    if (ends.length > 0) await endCalls(tx, businessId, ends);
    if (used.length > 0) await writeUsage(tx, businessId, used);
    if (settled.length > 0) await settleCalls(tx, businessId, settled, now);
  });
}

/** Whoever changes several calls takes their rows in this order: nobody waits for another in a circle. */
async function lockInOrder(tx: Tx, businessId: string, callIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM calls WHERE id = ANY(${[...callIds]}::uuid[]) AND business_id = ${businessId}::uuid
    ORDER BY id FOR NO KEY UPDATE`;
}
