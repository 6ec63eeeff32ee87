import type { Tx } from '../../platform/db/index.ts';
import { emit } from '../deliveries/emit.ts';
import { toInsight } from './read.ts';

/** Tells the webhooks that asked for it what became of a call's analysis, in the transaction that writes it. */
export async function tellInsight(tx: Tx, businessId: string, callId: string, at: Date): Promise<void> {
  const row = await tx.callInsight.findUnique({
    where: { callId, businessId },
    include: { call: { select: { callSid: true, leadId: true } } },
  });
  if (row === null || row.status === 'pending') return;
  const insight = toInsight(row);
  await emit(tx, {
    businessId,
    type: 'call.analyzed',
    at,
    callId,
    data: {
      business_id: businessId,
      call_id: callId,
      call_sid: row.call.callSid,
      lead_id: row.call.leadId,
      status: row.status,
      reason: insight.reason,
      transcript_reason: insight.detail,
      summary: insight.summary,
      next_step: insight.nextStep,
      topic: insight.topic,
      sentiment: insight.sentiment,
      outcome: insight.outcome,
      score: insight.score,
      score_reasons: [...insight.scoreReasons],
      fields: insight.fields.map(({ key, value, turns }) => ({ key, value, turns: [...turns] })),
      follow_ups: insight.followUps.map((promise) => ({ ...promise })),
    },
  });
}
