import { createReadStream } from 'node:fs';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import {
  readRecording,
  recordingFailed,
  recordingKey,
  recordingStored,
  scanWav,
  sourceDeleted,
  type RecordingRow,
} from '../domain/recordings/index.ts';
import { AppError, isAppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import type { JobRun } from '../platform/queue/index.ts';
import { TwilioRestError } from '../voice/twilio/rest.ts';
import type { WorkerContext } from './context.ts';
import { withFetchedFile } from './fetch-file.ts';
import { jobs } from './jobs.ts';

/** An hour, the longest call there is, in two channels of 16 bits at 8 kHz, and some room. */
const MAX_BYTES = 130 * 1024 * 1024;
const MAX_DURATION_MS = 65 * 60_000;

/**
 * Brings a recording from Twilio into the store, looks through it for its waveform, and has Twilio's copy deleted. Run
 * again, it does what is still to be done. What cannot be fetched in the end is said on the call's page.
 *
 * @throws AppError `recording_not_ready` (404: worth another run), `recording_unavailable`
 */
export async function fetchRecording(
  context: WorkerContext,
  { businessId, recordingId }: { readonly businessId: string; readonly recordingId: string },
  run: Pick<JobRun, 'attempt' | 'signal'>,
): Promise<void> {
  const { db, log } = context;
  const of = { businessId, recordingId };
  const row = await readRecording(db, of);
  if (row === null || row.recordingSid === null) return;
  const source = { accountSid: row.accountSid, recordingSid: row.recordingSid };
  if (row.status === 'fetching') {
    try {
      await bring(context, of, row, source, run.signal);
    } catch (error) {
      const last = (isAppError(error) && error.permanent) || run.attempt >= jobs['recording-fetch'].attempts;
      const reason = isAppError(error) ? error.code : 'recording_unavailable';
      logEvent(log, 'recording_fetch_failed', { ...of, callSid: row.callSid, reason, last, err: error }, 'warn');
      if (!last) throw error;
      await recordingFailed(db, of, reason);
      void context.publish({ kind: 'call', businessId, callId: row.callId });
      return;
    }
  }
  if (row.sourceDeletedAt !== null || context.keepsSourceRecordings) return;
  if (row.status !== 'fetching' && row.status !== 'stored') return;
  await context.recordings.remove(source);
  await sourceDeleted(db, of, context.clock.now());
}

async function bring(
  context: WorkerContext,
  of: { readonly businessId: string; readonly recordingId: string },
  row: RecordingRow,
  source: { readonly accountSid: string; readonly recordingSid: string },
  signal: AbortSignal,
): Promise<void> {
  const { db, queue, log, blobs, clock } = context;
  const sound = await context.recordings.download(source, signal).catch((error: unknown) => {
    throw unavailable(error);
  });
  await withFetchedFile(sound, { maxBytes: MAX_BYTES, signal }, async ({ path, bytes, sha256 }) => {
    const scan = await scanWav(createReadStream(path));
    if (scan === null || scan.durationMs > MAX_DURATION_MS)
      throw new AppError('recording_unreadable', { permanent: true });
    await blobs.putFile(recordingKey(of), path, { bytes, sha256 });
    const stored = await recordingStored(db, of, { bytes, sha256, scan }, clock.now());
    // Removed while it was on its way: no file may outlive its row.
    if (stored.kind === 'gone') return blobs.remove(recordingKey(of));
    const { durationMs } = scan;
    logEvent(log, 'recording_stored', {
      ...of,
      callSid: row.callSid,
      bytes,
      durationMs,
      channels: scan.format.channels,
    });
    if (stored.outboxId !== null) await dispatchOutbox(db, queue, of.businessId, stored.outboxId, clock.now());
    void context.publish({ kind: 'call', businessId: of.businessId, callId: row.callId });
  });
}

function unavailable(error: unknown): unknown {
  if (!(error instanceof TwilioRestError)) return error;
  const code = error.status === 404 ? 'recording_not_ready' : 'recording_unavailable';
  const permanent = error.status === 401 || error.status === 403;
  return new AppError(code, { permanent, cause: error, details: { status: error.status } });
}
