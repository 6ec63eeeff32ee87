import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/db/index.ts';

/** Which recording. */
export interface RecordingOf {
  readonly businessId: string;
  readonly recordingId: string;
}

/** Writes down that a call is to be recorded; null when it is already (its stream was redirected, or came back). */
export async function beginRecording(db: Database, businessId: string, callId: string): Promise<string | null> {
  const [row] = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      INSERT INTO recordings (id, business_id, call_id) VALUES (${randomUUID()}::uuid, ${businessId}::uuid, ${callId}::uuid)
      ON CONFLICT (call_id) DO NOTHING RETURNING id`,
  );
  return row?.id ?? null;
}

/** Twilio records. `offsetMs`: where the recording begins on the call's clock. */
export async function recordingStarted(
  db: Database,
  { businessId, recordingId }: RecordingOf,
  { recordingSid, offsetMs }: { readonly recordingSid: string; readonly offsetMs: number },
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const at = { id: recordingId, businessId };
    await tx.recording.updateMany({ where: at, data: { recordingSid, offsetMs: Math.round(offsetMs) } });
    // A very short call was reported before Twilio's answer came.
    await tx.recording.updateMany({ where: { ...at, status: 'requested' }, data: { status: 'recording' } });
  });
}

/** There is no recording, and will be none. What is stored stays. */
export async function recordingFailed(
  db: Database,
  { businessId, recordingId }: RecordingOf,
  reason: string,
): Promise<void> {
  await db.withBusiness(businessId, (tx) =>
    tx.recording.updateMany({
      where: { id: recordingId, businessId, status: { in: ['requested', 'recording', 'fetching'] } },
      data: { status: 'failed', reason },
    }),
  );
}
