import { z } from 'zod';
import type { Database, Recording } from '../../platform/db/index.ts';

/** A recording as a page shows it. */
export interface RecordingDetail {
  readonly recordingId: string;
  readonly status: Recording['status'];
  readonly reason: string | null;
  readonly durationMs: number | null;
  /** Where it begins on the call's clock, ms. */
  readonly offsetMs: number;
  /** Loudness, 0–100: one list a channel. */
  readonly peaks: readonly (readonly number[])[];
  readonly removedAt: Date | null;
}

const storedPeaks = z.array(z.array(z.number())).catch([]);

export function toRecording(row: Recording): RecordingDetail {
  return {
    recordingId: row.id,
    status: row.status,
    reason: row.reason,
    durationMs: row.durationMs,
    offsetMs: row.offsetMs,
    peaks: storedPeaks.parse(row.peaks),
    removedAt: row.removedAt,
  };
}

/** The id of the stored recording of a call, by Twilio's CallSid; null when the business has none. */
export async function storedRecordingOf(db: Database, businessId: string, callSid: string): Promise<string | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.recording.findFirst({ where: { businessId, status: 'stored', call: { callSid } }, select: { id: true } }),
  );
  return row?.id ?? null;
}
