import { readRecording, recordingKey, sourceDeleted } from '../domain/recordings/index.ts';
import type { WorkerContext } from './context.ts';

/**
 * Removes the file of a recording whose row says that it is gone, and Twilio's copy where that is still there: it may
 * have been forgotten before it was fetched. Run again, or for what is not there, it changes nothing.
 */
export async function removeRecordingFile(
  { db, blobs, recordings, clock, keepsSourceRecordings }: WorkerContext,
  of: { readonly businessId: string; readonly recordingId: string },
): Promise<void> {
  const row = await readRecording(db, of);
  if (row?.status === 'stored') return;
  await blobs.remove(recordingKey(of));
  if (row?.status !== 'removed' || row.recordingSid === null || row.sourceDeletedAt !== null) return;
  if (keepsSourceRecordings) return;
  await recordings.remove({ accountSid: row.accountSid, recordingSid: row.recordingSid });
  await sourceDeleted(db, of, clock.now());
}
