import { recordingKey } from '../domain/recordings/index.ts';
import type { WorkerContext } from './context.ts';

/**
 * Removes the file of a recording whose row says that it is gone. Run again, or for a file that is not there, it changes
 * nothing.
 */
export async function removeRecordingFile(
  { db, blobs }: WorkerContext,
  { businessId, recordingId }: { readonly businessId: string; readonly recordingId: string },
): Promise<void> {
  const stored = await db.withBusiness(businessId, (tx) =>
    tx.recording.count({ where: { id: recordingId, businessId, status: 'stored' } }),
  );
  if (stored === 0) await blobs.remove(recordingKey({ businessId, recordingId }));
}
