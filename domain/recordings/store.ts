import { randomUUID } from 'node:crypto';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { RecordingOf } from './begin.ts';
import type { Scan } from './scan.ts';

/** Twilio's channels of a call: the person on the telephone first, the agent second. */
export const CALLER_CHANNEL = 0;
const TRANSCRIBE_JOB = 'recording-transcribe';
/** Less of the caller's voice than this is no reason to write it down. */
const WORTH_WRITING_MS = 300;

/** Where a recording's file is kept: under its business, named by us. */
export function recordingKey({ businessId, recordingId }: RecordingOf): string {
  return `${businessId}/${recordingId}.wav`;
}

/** A recording as the jobs need it. */
export interface RecordingRow {
  readonly status: 'requested' | 'recording' | 'fetching' | 'stored' | 'removed' | 'failed' | 'absent';
  readonly recordingSid: string | null;
  readonly sourceDeletedAt: Date | null;
  readonly transcribedAt: Date | null;
  readonly offsetMs: number;
  readonly callId: string;
  readonly callSid: string;
  readonly accountSid: string;
}

/** Reads it; null when the business has none of that id. */
export async function readRecording(
  db: Database,
  { businessId, recordingId }: RecordingOf,
): Promise<RecordingRow | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.recording.findUnique({
      where: { id: recordingId, businessId },
      include: { call: { select: { callSid: true, accountSid: true } } },
    }),
  );
  if (row === null) return null;
  const { status, recordingSid, sourceDeletedAt, transcribedAt, offsetMs, callId, call } = row;
  return { status, recordingSid, sourceDeletedAt, transcribedAt, offsetMs, callId, ...call };
}

/**
 * Says that the file is in the store, and, where the call has no word of the caller in its transcript although the
 * caller is heard, asks in the same transaction for it to be written down. Returns the outbox row to dispatch. Returns
 * `gone` when the recording was removed meanwhile: its file must go as well.
 */
export async function recordingStored(
  db: Database,
  { businessId, recordingId }: RecordingOf,
  facts: { readonly bytes: number; readonly sha256: string; readonly scan: Scan },
  now: Date,
): Promise<{ readonly kind: 'stored'; readonly outboxId: string | null } | { readonly kind: 'gone' }> {
  const { bytes, sha256, scan } = facts;
  const callerSpeechMs = scan.speech
    .filter(({ channel }) => channel === CALLER_CHANNEL)
    .reduce((sum, { speechMs }) => sum + speechMs, 0);
  return db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.recording.updateMany({
      where: { id: recordingId, businessId, status: 'fetching' },
      data: {
        status: 'stored',
        reason: null,
        bytes,
        sha256,
        durationMs: scan.durationMs,
        channels: scan.format.channels,
        peaks: scan.peaks.map((channel) => [...channel]),
        callerSpeechMs,
        storedAt: now,
      },
    });
    if (count === 0) return { kind: 'gone' };
    const worthIt = callerSpeechMs >= WORTH_WRITING_MS && !(await hasCallersWords(tx, businessId, recordingId));
    return { kind: 'stored', outboxId: worthIt ? await askToWrite(tx, businessId, recordingId) : null };
  });
}

/** Whether the call's own transcript holds any word of the caller. */
export async function hasCallersWords(tx: Tx, businessId: string, recordingId: string): Promise<boolean> {
  const words = await tx.turn.count({
    where: { businessId, speaker: 'caller', text: { not: '' }, call: { recording: { id: recordingId } } },
  });
  return words > 0;
}

async function askToWrite(tx: Tx, businessId: string, recordingId: string): Promise<string> {
  const id = randomUUID();
  await tx.outbox.create({ data: { id, businessId, job: TRANSCRIBE_JOB, payload: { businessId, recordingId } } });
  return id;
}

/** Twilio's copy is gone. */
export async function sourceDeleted(db: Database, { businessId, recordingId }: RecordingOf, now: Date): Promise<void> {
  await db.withBusiness(businessId, (tx) =>
    tx.recording.updateMany({ where: { id: recordingId, businessId }, data: { sourceDeletedAt: now } }),
  );
}

/** Fetches of all businesses whose job was lost, the oldest first, at most `max`. */
export async function lostRecordings(db: Database, now: Date, max: number): Promise<RecordingOf[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; recording_id: string }[]>`
      SELECT * FROM sweep_recordings(${now.toISOString()}::timestamptz, ${max}::int)`,
  );
  return rows.map((row) => ({ businessId: row.business_id, recordingId: row.recording_id }));
}
