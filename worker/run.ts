import { startJobWorker, type JobHandlers, type JobWorkerOptions } from '../platform/queue/index.ts';
import { analyzeCall } from './call-analyze.ts';
import { finalize } from './call-finalize.ts';
import { sweep } from './calls-sweep.ts';
import type { WorkerContext } from './context.ts';
import { deliver } from './deliver.ts';
import { replayDeliveries } from './deliveries-replay.ts';
import { deliverWaiting } from './deliver-waiting.ts';
import { fetchRecording } from './recording-fetch.ts';
import { removeRecordingFile } from './recording-remove.ts';
import { transcribeRecording } from './recording-transcribe.ts';
import { mailInvitation, mailPasswordReset } from './mail.ts';
import { renderLines } from './speech-render.ts';
import { jobs } from './jobs.ts';
import { purge } from './retention-purge.ts';
import { sweepRetention } from './retention-sweep.ts';
import { eraseSubject } from './subject-erase.ts';

/** Where the jobs come from, and how the worker lets go of them. */
export type RunOptions = Omit<JobWorkerOptions<typeof jobs>, 'catalog' | 'handlers' | 'log'>;

/** What each job of the catalog does. */
export function jobHandlers(context: WorkerContext): JobHandlers<typeof jobs> {
  return {
    'call-finalize': (payload) => finalize(context, payload),
    'call-analyze': (payload, run) => analyzeCall(context, payload, run),
    'recording-fetch': (payload, run) => fetchRecording(context, payload, run),
    'recording-remove': (payload) => removeRecordingFile(context, payload),
    'recording-transcribe': (payload, { signal }) => transcribeRecording(context, payload, signal),
    'speech-render': (payload, { signal }) => renderLines(context, payload, signal),
    deliver: (payload) => deliver(context, payload),
    'deliveries-replay': (payload) => replayDeliveries(context, payload),
    'deliver-waiting': (payload) => deliverWaiting(context, payload),
    'mail-invitation': (payload) => mailInvitation(context, payload),
    'mail-password-reset': (payload) => mailPasswordReset(context, payload),
    'calls-sweep': () => sweep(context),
    'retention-sweep': () => sweepRetention(context),
    'retention-purge': (payload, { signal }) => purge(context, payload, signal),
    'subject-erase': (payload) => eraseSubject(context, payload),
  };
}

/** Begins to do the jobs of the catalog. `close` lets running jobs end. */
export function startWorker(context: WorkerContext, options: RunOptions): Promise<{ close(): Promise<void> }> {
  return startJobWorker({
    ...options,
    log: context.log,
    catalog: jobs,
    handlers: jobHandlers(context),
  });
}
