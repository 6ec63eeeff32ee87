import type { Database, Tx } from '../../platform/db/index.ts';
import { askToRemove } from './forget.ts';

/** What Twilio says of a recording. */
export interface RecordingReport {
  readonly callSid: string;
  readonly recordingSid: string;
  readonly status: 'completed' | 'absent' | 'failed';
}

const FETCH_JOB = 'recording-fetch';
/** As Twilio names its recordings; anything else names none. */
const SID = /^RE[0-9a-fA-F]{32}$/u;

/**
 * Takes Twilio's word that a recording is ready, or that there is none. Told twice it is taken once; of a call that was
 * not to be recorded, or of another recording of it, nothing is taken. One that was forgotten meanwhile is only asked
 * to be removed. Returns the outbox row to dispatch.
 */
export async function reportRecording(
  db: Database,
  { callSid, recordingSid, status }: RecordingReport,
): Promise<{ businessId: string; callId: string; outboxId: string | null } | null> {
  if (!SID.test(recordingSid)) return null;
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string }[]>`SELECT * FROM call_of_sid(${callSid})`,
  );
  if (found === undefined) return null;
  const { business_id: businessId, call_id: callId } = found;
  return db.withBusiness(businessId, async (tx) => {
    const awaited = {
      callId,
      businessId,
      status: { in: ['requested' as const, 'recording' as const] },
      OR: [{ recordingSid: null }, { recordingSid }],
    };
    const row = await tx.recording.findFirst({ where: awaited, select: { id: true } });
    if (row === null) return status === 'completed' ? forgottenBefore(tx, { businessId, callId }, recordingSid) : null;
    const next = status === 'completed' ? 'fetching' : status;
    const { count } = await tx.recording.updateMany({ where: awaited, data: { status: next, recordingSid } });
    if (count === 0) return null;
    const outboxId = status === 'completed' ? await askFor(tx, businessId, row.id) : null;
    return { businessId, callId, outboxId };
  });
}

/** Of a recording that was to be forgotten before it was ready: what Twilio has of it goes as well. */
async function forgottenBefore(tx: Tx, of: { businessId: string; callId: string }, recordingSid: string) {
  const gone = {
    ...of,
    status: 'removed' as const,
    sourceDeletedAt: null,
    OR: [{ recordingSid: null }, { recordingSid }],
  };
  const row = await tx.recording.findFirst({ where: gone, select: { id: true } });
  if (row === null) return null;
  await tx.recording.updateMany({ where: gone, data: { recordingSid } });
  const [outboxId = null] = await askToRemove(tx, of.businessId, [row.id]);
  return { ...of, outboxId };
}

/** The job has the recording's own id: one recording, one job. */
async function askFor(tx: Tx, businessId: string, recordingId: string): Promise<string> {
  await tx.outbox.upsert({
    where: { id: recordingId },
    create: { id: recordingId, businessId, job: FETCH_JOB, payload: { businessId, recordingId } },
    update: { dispatchedAt: null, createdAt: new Date() },
  });
  return recordingId;
}
