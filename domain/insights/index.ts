export { AnalysisError, type Analyse, type AnalysisAnswer } from './analyse.ts';
export { groundAnalysis, type Evidence } from './ground.ts';
export { lostInsights } from './lost.ts';
export { toInsight } from './read.ts';
export { analysisRequest, type AnalysedCall, type AnalysisRequest } from './request.ts';
export { insightUnavailable, saveInsight, type InsightRequest } from './save-insight.ts';
export { insightSubject, type Subject } from './subject.ts';
export {
  analysisSchema,
  OUTCOMES,
  SENTIMENTS,
  UNAVAILABLE_REASONS,
  type Analysis,
  type FollowUp,
  type GroundedAnalysis,
  type Insight,
  type InsightField,
  type NumberedTurn,
  type Outcome,
  type Sentiment,
  type UnavailableReason,
} from './types.ts';
