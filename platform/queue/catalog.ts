import type { z } from 'zod';

/** What is declared about a job, apart from what it does. */
export interface JobDefinition {
  /** Checked when the job runs; ids only, the rows are read then. */
  readonly payload: z.ZodType;
  /** Runs at most, the first included. */
  readonly attempts: number;
  /** Milliseconds one run may take; its signal is aborted then and the run counts as failed. */
  readonly timeoutMs: number;
  /** Milliseconds before the second run, doubled for each one after. Default 1000; at most 5 minutes. */
  readonly backoffMs?: number;
  /** Milliseconds between runs of a job nobody enqueues: the queue itself does, once for all workers. */
  readonly everyMs?: number;
  /** Runs of this job at a time in one worker process. Default 5. */
  readonly concurrency?: number;
}

/** All jobs by name (kebab-case). */
export type JobCatalog = Readonly<Record<string, JobDefinition>>;

/** One run of a job. */
export interface JobRun {
  readonly id: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted at the timeout and when the worker is closed in haste. */
  readonly signal: AbortSignal;
}

/** What each job of the catalog does. A thrown permanent `AppError` ends its attempts at once. */
export type JobHandlers<Catalog extends JobCatalog> = {
  readonly [Name in keyof Catalog]: (payload: z.output<Catalog[Name]['payload']>, run: JobRun) => Promise<void>;
};

const DEFAULT_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 5 * 60_000;

/**
 * Ms to wait after the failed run number `attempt`, or null when there is no further one and the job is parked. What a
 * database that is away has failed, or a worker that had to stop, is not held against the job (`ours`).
 */
export function retryDelayMs(definition: JobDefinition, attempt: number, ours = false): number | null {
  if (attempt >= definition.attempts && !ours) return null;
  return Math.min(MAX_BACKOFF_MS, (definition.backoffMs ?? DEFAULT_BACKOFF_MS) * 2 ** (attempt - 1));
}

const HOUR_SEC = 3_600;
/** Kept for a look by a person. Failed ones are parked: they can be tried again, and their id is not taken up by a sweep. */
const KEEP_DONE = { age: HOUR_SEC, count: 1_000 };
const KEEP_FAILED = { age: 30 * 24 * HOUR_SEC, count: 5_000 };

/** More than any job of a catalog asks for: the worker, which knows the catalog, ends the attempts. */
const NO_ATTEMPT_LIMIT = 1_000;

/** Options of every job, whoever adds it. */
export const JOB_OPTIONS = {
  attempts: NO_ATTEMPT_LIMIT,
  backoff: { type: 'catalog' },
  removeOnComplete: KEEP_DONE,
  removeOnFail: KEEP_FAILED,
};
