import type { CallInsight } from '../../platform/db/index.ts';
import { storedFields, storedFollowUps, type Insight, type Outcome, type Sentiment } from './types.ts';

/** An insight as it is shown. */
export function toInsight(row: CallInsight): Insight {
  return {
    status: row.status,
    reason: row.reason,
    detail: row.detail,
    model: row.model,
    summary: row.summary,
    nextStep: row.nextStep,
    topic: row.topic,
    // Sound: only the closed lists are ever written.
    sentiment: row.sentiment as Sentiment | null,
    outcome: row.outcome as Outcome | null,
    score: row.score,
    scoreReasons: row.scoreReasons,
    fields: storedFields.parse(row.fields),
    followUps: storedFollowUps.parse(row.followUps),
    dropped: row.dropped,
    requestedAt: row.requestedAt,
    analysedAt: row.analysedAt,
  };
}
