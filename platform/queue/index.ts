import { Queue } from 'bullmq';
import { AppError } from '../errors.ts';
import { logEvent } from '../log.ts';
import { JOB_OPTIONS } from './catalog.ts';
import { openQueueConnection, type QueueConnectionOptions } from './connection.ts';

export type { JobCatalog, JobDefinition, JobHandlers, JobRun } from './catalog.ts';
export { startJobWorker, type JobWorkerOptions } from './worker.ts';

/** Options of {@link JobQueue.enqueue}. */
export interface EnqueueOptions {
  /**
   * While a job with this id waits, is delayed or runs, another is not added; when it is done, the id is free again.
   * A job that enqueues its own successor therefore gives it another id.
   */
  readonly id?: string;
  /**
   * With an `id`: no second job is added while one with it is parked, either, so that what fails for good is not taken up
   * for ever. It is free again when the job has succeeded, or a person removed it.
   */
  readonly once?: boolean;
  /** Milliseconds from now before which the job does not run. Default 0. */
  readonly delayMs?: number;
}

/** Takes jobs to be done later by a worker process. */
export interface JobQueue {
  /**
   * Adds a job. `payload` holds ids only. Rejects with `queue_unavailable` (worth another try) when the queue's server
   * does not answer: what must not be lost goes through the outbox.
   */
  enqueue(job: string, payload: object, options?: EnqueueOptions): Promise<void>;
  close(): Promise<void>;
}

/** Opens the producers' side: on Redis when `redisUrl` is given, else in the database. Each job has a queue of its own. */
export async function createJobQueue(options: QueueConnectionOptions): Promise<JobQueue> {
  const connection = await openQueueConnection(options, 0);
  const queues = new Map<string, Queue>();

  const queueOf = (name: string): Queue => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    // The classes' types are Redis's unless a backend is given; one call serves both.
    const queue = new Queue(name, connection.options, connection.backend as never);
    queue.on('error', (err) => logEvent(options.log, 'queue_error', { job: name, err }, 'warn'));
    // One that could not be set up never would be: the next job makes another.
    queue.waitUntilReady().catch(() => {
      if (queues.get(name) === queue) queues.delete(name);
      queue.close().catch(() => undefined);
    });
    queues.set(name, queue);
    return queue;
  };

  return {
    enqueue: async (job, payload, { id, once, delayMs } = {}) => {
      try {
        await queueOf(job).add(job, payload, {
          ...JOB_OPTIONS,
          ...(delayMs === undefined || delayMs <= 0 ? {} : { delay: Math.round(delayMs) }),
          ...(id === undefined
            ? {}
            : once === true
              ? { jobId: id, removeOnComplete: true }
              : { deduplication: { id } }),
        });
      } catch (cause) {
        throw new AppError('queue_unavailable', { cause, details: { job } });
      }
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await connection.close();
    },
  };
}
