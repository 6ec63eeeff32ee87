import { alertForCode, raiseAlert } from '../domain/alerts/index.ts';
import {
  AnalysisError,
  analysisRequest,
  groundAnalysis,
  insightSubject,
  insightUnavailable,
  saveInsight,
  type UnavailableReason,
} from '../domain/insights/index.ts';
import { AppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import type { JobRun } from '../platform/queue/index.ts';
import type { WorkerContext } from './context.ts';
import { jobs } from './jobs.ts';

/**
 * Analyses a finished call, holds the answer against the turns and writes what stands. The call was final and on its way
 * to the business before: nothing waits for this. Run again, it finds nothing to do.
 *
 * @throws AppError `analysis_failed` (worth another run, until the last)
 */
export async function analyzeCall(
  context: WorkerContext,
  { businessId, callId }: { readonly businessId: string; readonly callId: string },
  run: Pick<JobRun, 'attempt' | 'signal'>,
): Promise<void> {
  const { db, log, clock } = context;
  const subject = await insightSubject(db, businessId, callId, context.registry);
  if (subject === null) return;
  const { requestedAt, callSid } = subject;
  const request = { businessId, callId, requestedAt };
  try {
    const begun = clock.monotonicMs();
    const answer = await context.analyse(analysisRequest(subject.call), run.signal);
    const grounded = groundAnalysis(answer.analysis, subject.evidence);
    if (!(await saveInsight(db, request, grounded, answer, clock.now()))) return;
    logEvent(log, 'call_analyzed', {
      businessId,
      callSid,
      model: answer.model,
      durationMs: Math.round(clock.monotonicMs() - begun),
      fields: grounded.fields.length,
      dropped: grounded.dropped,
    });
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    const { code, permanent } = error;
    const last = permanent || run.attempt >= jobs['call-analyze'].attempts;
    logEvent(log, 'call_analysis_failed', { businessId, callSid, code, permanent, last }, 'warn');
    const alert = alertForCode(code);
    if (alert !== null) await raiseAlert(db, businessId, alert, clock.now());
    if (!last) throw new AppError('analysis_failed', { cause: error, details: { code } });
    await insightUnavailable(db, request, reasonOf(code), clock.now());
  }
  void context.publish({ kind: 'call', businessId, callId });
}

function reasonOf(code: string): UnavailableReason {
  if (code === 'off') return 'analysis_off';
  const alert = alertForCode(code);
  if (alert !== null) return alert;
  return ['refused', 'truncated', 'invalid_answer'].includes(code) ? 'model_refused' : 'model_unavailable';
}
