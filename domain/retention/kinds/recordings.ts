import { Prisma } from '../../../platform/db/index.ts';
import { forgetRecordings } from '../../recordings/forget.ts';
import { recordingKey } from '../../recordings/store.ts';
import type { DataKind } from '../kind.ts';
import { countOfCalls } from '../subject.ts';

/** The sound of calls. Its file goes by a job that the same transaction asks for; that there was one stays. */
export const recordingKind: DataKind = {
  name: 'recordings',
  label: 'הקלטות',
  retention: {
    days: 'business',
    purge: async (tx, businessId, before, max, now) => {
      const due = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM recordings
        WHERE business_id = ${businessId}::uuid AND (
          (status = 'stored' AND stored_at < ${before.toISOString()}::timestamptz)
          -- Never brought here: what Twilio has of it is kept no longer.
          OR (status = 'failed' AND recording_sid IS NOT NULL AND source_deleted_at IS NULL
              AND created_at < ${before.toISOString()}::timestamptz))
        ORDER BY stored_at, id LIMIT ${max}::int
        FOR UPDATE SKIP LOCKED`;
      return forgetRecordings(tx, businessId, { id: { in: due.map(({ id }) => id) } }, now);
    },
  },
  subject: {
    by: 'call',
    file: 'recordings',
    columns: { callSid: 'מזהה שיחה', storedAt: 'נשמרה', durationMs: 'אורך במילישניות', status: 'מצב' },
    count: (tx, subject) =>
      countOfCalls(
        tx,
        subject,
        (calls) => Prisma.sql`SELECT 1 FROM recordings r WHERE r.status = 'stored' AND r.call_id IN (${calls})`,
      ),
    read: async (tx, businessId, callIds) => {
      const rows = await tx.recording.findMany({
        where: { businessId, callId: { in: [...callIds] }, status: 'stored' },
        orderBy: [{ storedAt: 'asc' }, { id: 'asc' }],
        include: { call: { select: { callSid: true } } },
      });
      return rows.map(({ call, storedAt, durationMs, status }) => ({
        callSid: call.callSid,
        storedAt,
        durationMs,
        status,
      }));
    },
    files: async (tx, businessId, callIds) => {
      const rows = await tx.recording.findMany({
        where: { businessId, callId: { in: [...callIds] }, status: 'stored' },
        select: { id: true, call: { select: { callSid: true } } },
      });
      return rows.map(({ id, call }) => ({
        name: `${call.callSid}.wav`,
        blobKey: recordingKey({ businessId, recordingId: id }),
      }));
    },
    erase: (tx, businessId, callIds, now) =>
      forgetRecordings(tx, businessId, { callId: { in: [...callIds] }, status: { not: 'removed' } }, now),
  },
};
