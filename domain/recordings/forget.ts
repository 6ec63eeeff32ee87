import { randomUUID } from 'node:crypto';
import type { Prisma, Tx } from '../../platform/db/index.ts';

const REMOVE_JOB = 'recording-remove';

/**
 * Says of recordings that they are gone, whatever stage they had reached, and asks in the same transaction for their
 * files to be removed: from this moment nobody is served them, and a file on its way is not kept. Returns how many.
 */
export async function forgetRecordings(
  tx: Tx,
  businessId: string,
  which: Prisma.RecordingWhereInput,
  now: Date,
): Promise<number> {
  const rows = await tx.recording.findMany({ where: { ...which, businessId }, select: { id: true } });
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  const { count } = await tx.recording.updateMany({
    where: { businessId, id: { in: ids }, status: { not: 'removed' } },
    data: { status: 'removed', removedAt: now, peaks: [], bytes: null, sha256: null, callerSpeechMs: null },
  });
  await askToRemove(tx, businessId, ids);
  return count;
}

/** Asks for whatever is kept of these recordings to be removed. Returns the outbox rows' ids. */
export async function askToRemove(tx: Tx, businessId: string, recordingIds: readonly string[]): Promise<string[]> {
  const rows = recordingIds.map((recordingId) => ({
    id: randomUUID(),
    businessId,
    job: REMOVE_JOB,
    payload: { businessId, recordingId },
  }));
  await tx.outbox.createMany({ data: rows });
  return rows.map(({ id }) => id);
}
