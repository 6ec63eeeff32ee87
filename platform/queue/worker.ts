import { Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import { AppError, isAppError } from '../errors.ts';
import { logEvent, type Log } from '../log.ts';
import {
  JOB_OPTIONS,
  retryDelayMs,
  type JobCatalog,
  type JobDefinition,
  type JobHandlers,
  type JobRun,
} from './catalog.ts';
import { isOutage } from './outage.ts';
import { openQueueConnection, type QueueConnectionOptions } from './connection.ts';

/** Options of {@link startJobWorker}. */
export interface JobWorkerOptions<Catalog extends JobCatalog> extends QueueConnectionOptions {
  readonly catalog: Catalog;
  readonly handlers: JobHandlers<Catalog>;
  /** Runs of one job at a time where the catalog does not say. Default 5. */
  readonly concurrency?: number;
  /** Milliseconds after which a job whose worker died is taken up by another. Default 10 000. */
  readonly lockMs?: number;
  /** Milliseconds `close` waits for running jobs before it hands them back, to be run again. Default 20 000. */
  readonly closeTimeoutMs?: number;
}

/** A running worker. */
export interface JobWorker {
  /** Takes no further job, waits for the running ones, lets go of the connections. */
  close(): Promise<void>;
}

const DEFAULT_CONCURRENCY = 5;
const DEFAULT_LOCK_MS = 10_000;
const DEFAULT_CLOSE_TIMEOUT_MS = 20_000;
/** Why a run ended that was still going on when its worker had to stop. */
const HANDED_BACK = 'worker_closing';
/** Ms after which jobs are asked for again when the queue's server did not answer; a business waits for what they deliver. */
const RETRY_TAKING_MS = 1_000;
/** How often a job may lose its worker before it is given up; a job that kills its worker must not do so for ever. */
const MAX_LOST_WORKERS = 3;

/** Runs the catalog's jobs as they come in, and keeps the repeating ones going. Resolves when every job is listened for. */
export async function startJobWorker<Catalog extends JobCatalog>(
  options: JobWorkerOptions<Catalog>,
): Promise<JobWorker> {
  const names = Object.keys(options.catalog);
  const connection = await openQueueConnection(options, names.length);
  const haste = new AbortController();
  const lockMs = options.lockMs ?? DEFAULT_LOCK_MS;
  const workers: Worker[] = [];
  try {
    for (const name of names) {
      const definition = options.catalog[name] as JobDefinition;
      const handler = options.handlers[name] as (payload: unknown, run: JobRun) => Promise<void>;
      const worker = new Worker(
        name,
        (job: Job) => runJob(definition, handler, job, haste.signal),
        {
          ...connection.options,
          concurrency: definition.concurrency ?? options.concurrency ?? DEFAULT_CONCURRENCY,
          lockDuration: lockMs,
          stalledInterval: Math.max(500, Math.round(lockMs / 2)),
          maxStalledCount: MAX_LOST_WORKERS,
          runRetryDelay: RETRY_TAKING_MS,
          settings: {
            // -1 ends the attempts.
            backoffStrategy: (attempt, _type, error) => retryDelayMs(definition, attempt, isOurs(error)) ?? -1,
          },
        },
        connection.backend as never,
      );
      logOutcomes(worker, name, definition, options.log);
      workers.push(worker);
      await worker.waitUntilReady();
      await keepScheduled(name, definition, connection);
    }
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.close(true)));
    await connection.close();
    throw error;
  }

  // A Redis that came back empty has forgotten what repeats, and the sweep is what finds the jobs it forgot as well.
  connection.onReturn(() => {
    for (const name of names) {
      keepScheduled(name, options.catalog[name] as JobDefinition, connection).catch((err: unknown) =>
        logEvent(options.log, 'schedule_not_renewed', { job: name, err }, 'error'),
      );
    }
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const patience = setTimeout(() => {
      logEvent(options.log, 'worker_closed_in_haste', {}, 'warn');
      haste.abort(new AppError(HANDED_BACK));
    }, options.closeTimeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS);
    await Promise.all(workers.map((worker) => worker.close()));
    clearTimeout(patience);
    await connection.close();
  };
  return { close: () => (closing ??= close()) };
}

/** One run: payload checked, time limited, permanent failures marked as such for BullMQ. */
async function runJob(
  definition: JobDefinition,
  handler: (payload: unknown, run: JobRun) => Promise<void>,
  job: Job,
  haste: AbortSignal,
): Promise<void> {
  const payload = definition.payload.safeParse(job.data);
  if (!payload.success) throw new UnrecoverableError(`payload_invalid: ${payload.error.message}`);

  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new AppError('job_timeout')), definition.timeoutMs);
  const signal = AbortSignal.any([timeout.signal, haste]);
  try {
    await Promise.race([
      handler(payload.data, { id: job.id ?? '', attempt: job.attemptsMade + 1, signal }),
      // A handler that does not heed the signal is left behind; the job is free to run again.
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ]);
  } catch (error) {
    if (isAppError(error) && error.permanent) {
      throw Object.assign(new UnrecoverableError(error.code), { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The repeating job of a definition, set up once for all workers, or removed where the catalog no longer repeats it. */
async function keepScheduled(
  name: string,
  definition: JobDefinition,
  connection: Awaited<ReturnType<typeof openQueueConnection>>,
): Promise<void> {
  const queue = new Queue(name, connection.options, connection.backend as never);
  queue.on('error', () => undefined); // the worker on the same connection reports it
  try {
    if (definition.everyMs === undefined) await queue.removeJobScheduler(name);
    else await queue.upsertJobScheduler(name, { every: definition.everyMs }, { name, data: {}, opts: JOB_OPTIONS });
  } finally {
    await queue.close();
  }
}

/** Whether a run failed for a reason of ours, which is not held against the job. */
function isOurs(error: unknown): boolean {
  return isOutage(error) || (isAppError(error) && error.code === HANDED_BACK);
}

function logOutcomes(worker: Worker, name: string, definition: JobDefinition, log: Log): void {
  worker.on('error', (err) => logEvent(log, 'queue_error', { job: name, err }, 'warn'));
  worker.on('stalled', (jobId) => logEvent(log, 'job_lost_its_worker', { job: name, jobId }, 'warn'));
  worker.on('completed', (job) => logEvent(log, 'job_done', { job: name, jobId: job.id }, 'debug'));
  worker.on('failed', (job, err) => {
    const attempt = job?.attemptsMade ?? definition.attempts;
    const final = err.name === 'UnrecoverableError' || retryDelayMs(definition, attempt, isOurs(err)) === null;
    logEvent(log, 'job_failed', { job: name, jobId: job?.id, attempt, final, err }, final ? 'error' : 'warn');
  });
}
