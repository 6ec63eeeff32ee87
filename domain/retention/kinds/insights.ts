import { Prisma, type Tx } from '../../../platform/db/index.ts';
import type { DataKind } from '../kind.ts';
import { countOfCalls } from '../subject.ts';

/** Takes the words out of analyses; sentiment, outcome and score stay for the business's figures. */
async function removeWords(tx: Tx, where: Prisma.CallInsightWhereInput): Promise<number> {
  const { count } = await tx.callInsight.updateMany({
    where: { ...where, status: { not: 'pending' }, summary: { not: null } },
    data: { summary: null, nextStep: null, topic: null, scoreReasons: [], fields: [], followUps: [] },
  });
  return count;
}

/** What was concluded from the words of calls. */
export const insightKind: DataKind = {
  name: 'insights',
  label: 'סיכומי שיחות',
  retention: {
    days: 'business',
    purge: async (tx, businessId, before, max) => {
      const due = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM call_insights
        WHERE business_id = ${businessId}::uuid AND status <> 'pending' AND summary IS NOT NULL
          AND analysed_at < ${before.toISOString()}::timestamptz
        ORDER BY analysed_at, id LIMIT ${max}::int
        FOR UPDATE SKIP LOCKED`;
      return removeWords(tx, { businessId, id: { in: due.map(({ id }) => id) } });
    },
  },
  subject: {
    by: 'call',
    file: 'insights',
    columns: {
      callSid: 'מזהה שיחה',
      analysedAt: 'מועד הניתוח',
      summary: 'סיכום',
      nextStep: 'הצעד הבא',
      topic: 'נושא',
      sentiment: 'אווירה',
      outcome: 'תוצאה',
      score: 'ציון',
    },
    count: (tx, subject) =>
      countOfCalls(
        tx,
        subject,
        (calls) => Prisma.sql`SELECT 1 FROM call_insights i WHERE i.summary IS NOT NULL AND i.call_id IN (${calls})`,
      ),
    read: async (tx, businessId, callIds) => {
      const rows = await tx.callInsight.findMany({
        where: { businessId, callId: { in: [...callIds] }, summary: { not: null } },
        orderBy: [{ analysedAt: 'asc' }, { id: 'asc' }],
        include: { call: { select: { callSid: true } } },
      });
      return rows.map(({ call, ...row }) => ({
        callSid: call.callSid,
        analysedAt: row.analysedAt,
        summary: row.summary,
        nextStep: row.nextStep,
        topic: row.topic,
        sentiment: row.sentiment,
        outcome: row.outcome,
        score: row.score,
        scoreReasons: row.scoreReasons,
        fields: row.fields,
        followUps: row.followUps,
      }));
    },
    erase: async (tx, businessId, callIds) => {
      const mine = { businessId, callId: { in: [...callIds] } };
      // One that is being made now finds nobody waiting for it.
      await tx.callInsight.updateMany({
        where: { ...mine, status: 'pending' },
        data: { status: 'unavailable', reason: 'transcript_unavailable', detail: 'removed' },
      });
      return removeWords(tx, mine);
    },
  },
};
