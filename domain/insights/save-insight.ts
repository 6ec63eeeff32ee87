import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, systemActor } from '../audit/index.ts';
import { addUsage, costMicroUsd, type BilledUsage } from '../calls/usage.ts';
import { fillLead } from '../leads/fill.ts';
import { tellInsight } from './tell.ts';
import type { AnalysisAnswer } from './analyse.ts';
import type { GroundedAnalysis, UnavailableReason } from './types.ts';

/** Which analysis was asked for. */
export interface InsightRequest {
  readonly businessId: string;
  readonly callId: string;
  readonly requestedAt: Date;
}

/** Who fills in leads after a call. */
const ACTOR = systemActor('call-analyze');

/**
 * Writes an analysis, what it cost, and, where the call's lead lacks a detail that was said, that detail. Returns false
 * and writes nothing when it was saved before, or another analysis was asked for meanwhile.
 */
export async function saveInsight(
  db: Database,
  { businessId, callId, requestedAt }: InsightRequest,
  grounded: GroundedAnalysis,
  answer: Pick<AnalysisAnswer, 'model' | 'usage'>,
  now: Date,
): Promise<boolean> {
  const used = usageOf(answer);
  return db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.callInsight.updateMany({
      where: { callId, businessId, status: 'pending', requestedAt },
      data: {
        status: 'done',
        reason: null,
        detail: null,
        model: answer.model,
        summary: grounded.summary,
        nextStep: grounded.nextStep,
        topic: grounded.topic,
        sentiment: grounded.sentiment,
        outcome: grounded.outcome,
        score: grounded.score,
        scoreReasons: [...grounded.scoreReasons],
        fields: grounded.fields.map((field) => ({ ...field, turns: [...field.turns] })),
        followUps: grounded.followUps.map((promise) => ({ ...promise })),
        dropped: grounded.dropped,
        analysedAt: now,
      },
    });
    if (count === 0) return false;
    await addCost(tx, businessId, callId, used);
    const news = grounded.fields.filter(({ source }) => source === 'analysis');
    const filled = await fillLead(
      tx,
      businessId,
      callId,
      Object.fromEntries(news.map(({ key, value }) => [key, value])),
    );
    if (filled !== null) {
      // Names of the fields alone: what a caller said is no part of the audit log.
      const after = { fields: filled.fields };
      await audit(tx, { businessId, actor: ACTOR, action: 'lead.filled', entityId: filled.leadId, after });
    }
    await tellInsight(tx, businessId, callId, now);
    return true;
  });
}

/** Says that there will be no analysis, and why. */
export async function insightUnavailable(
  db: Database,
  { businessId, callId, requestedAt }: InsightRequest,
  reason: UnavailableReason,
  now: Date,
): Promise<boolean> {
  return db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.callInsight.updateMany({
      where: { callId, businessId, status: 'pending', requestedAt },
      data: { status: 'unavailable', reason },
    });
    if (count > 0) await tellInsight(tx, businessId, callId, now);
    return count > 0;
  });
}

function usageOf({ model, usage }: Pick<AnalysisAnswer, 'model' | 'usage'>): BilledUsage {
  const none = { audioIn: 0, audioInCached: 0, audioOut: 0, seconds: 0 };
  return { model, kind: 'analysis', ...none, ...usage };
}

/** A call that is analysed again costs again: its row holds the sum. */
async function addCost(tx: Tx, businessId: string, callId: string, used: BilledUsage): Promise<void> {
  await addUsage(tx, businessId, callId, [used]);
  const cost = costMicroUsd([used]);
  await tx.$executeRaw`
    UPDATE call_insights SET tokens_in = tokens_in + ${used.textIn + used.textInCached}::int,
      tokens_out = tokens_out + ${used.textOut}::int,
      cost_micro_usd = CASE WHEN ${cost}::int IS NULL THEN cost_micro_usd
        ELSE coalesce(cost_micro_usd, 0) + ${cost}::int END
    WHERE call_id = ${callId}::uuid AND business_id = ${businessId}::uuid`;
}
