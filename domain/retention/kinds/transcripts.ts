import { Prisma } from '../../../platform/db/index.ts';
import type { DataKind } from '../kind.ts';
import { countOfCalls } from '../subject.ts';

/** The words of calls: turns and final transcripts. The call itself stays. */
export const transcriptKind: DataKind = {
  name: 'transcripts',
  label: 'תמלולים',
  retention: {
    days: 'business',
    purge: async (tx, businessId, before, max, now) => {
      // One statement: whoever finalises one of these at this moment holds its row, and it is left for the next time.
      const calls = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM calls
        WHERE business_id = ${businessId}::uuid AND status = 'completed' AND words_purged_at IS NULL
          AND ended_at < ${before.toISOString()}::timestamptz
        ORDER BY ended_at, id LIMIT ${max}::int
        FOR UPDATE SKIP LOCKED`;
      const ids = calls.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await tx.turn.deleteMany({ where: { businessId, callId: { in: ids } } });
      await tx.call.updateMany({
        where: { businessId, id: { in: ids } },
        data: { transcript: null, sideEvents: [], wordsPurgedAt: now },
      });
      return ids.length;
    },
  },
  subject: {
    by: 'call',
    file: 'transcripts',
    columns: { callSid: 'מזהה שיחה', startedAt: 'מועד השיחה', position: 'מספר', speaker: 'דובר', text: 'נאמר' },
    count: (tx, subject) =>
      countOfCalls(
        tx,
        subject,
        (calls) => Prisma.sql`SELECT 1 FROM turns t WHERE t.text <> '' AND t.call_id IN (${calls})`,
      ),
    read: async (tx, businessId, callIds) => {
      const turns = await tx.turn.findMany({
        where: { businessId, callId: { in: [...callIds] }, text: { not: '' } },
        orderBy: [{ call: { startedAt: 'asc' } }, { callId: 'asc' }, { position: 'asc' }],
        include: { call: { select: { callSid: true, startedAt: true } } },
      });
      return turns.map(({ call, position, speaker, text, interrupted }) => ({
        callSid: call.callSid,
        startedAt: call.startedAt,
        position,
        speaker: speaker === 'agent' ? 'סוכן' : 'לקוח',
        text,
        interrupted,
      }));
    },
    erase: async (tx, businessId, callIds) => {
      const { count } = await tx.turn.deleteMany({ where: { businessId, callId: { in: [...callIds] } } });
      await tx.call.updateMany({
        where: { businessId, id: { in: [...callIds] } },
        data: { transcript: null, sideEvents: [] },
      });
      return count;
    },
  },
};
