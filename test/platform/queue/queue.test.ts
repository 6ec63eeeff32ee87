import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../platform/errors.ts';
import { createLog, type Log } from '../../../platform/log.ts';
import { queueBoard } from '../../../platform/queue/board.ts';
import { createJobQueue, startJobWorker, type JobQueue } from '../../../platform/queue/index.ts';
import type { JobDefinition, JobRun } from '../../../platform/queue/catalog.ts';
import { asSuperuser, freshDatabase } from '../../helpers/database.ts';
import { redisMissing, startRedis, type TestRedis } from '../../helpers/redis.ts';

const payload = z.object({ callId: z.string() });

/** A promise settled from outside. */
function signalled<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

describe.each([
  { backend: 'postgres', reason: null },
  { backend: 'redis', reason: redisMissing },
])('the job queue on $backend', ({ backend, reason }) => {
  if (reason !== null) {
    it.skip(`is not tested: ${reason}`, () => undefined);
    return;
  }

  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let redis: TestRedis | undefined;
  let queue: JobQueue;
  let lines: { event: string; [field: string]: unknown }[] = [];
  let heard: (() => void)[] = [];
  const log: Log = createLog({
    level: 'debug',
    destination: {
      write: (line) => {
        lines.push(JSON.parse(line) as { event: string });
        for (const tell of heard) tell();
      },
    },
  });
  const open: { close(): Promise<void> }[] = [];
  const connection = (): { databaseUrl: string; log: Log; redisUrl?: string } => ({
    databaseUrl: database.url,
    log,
    ...(redis === undefined ? {} : { redisUrl: redis.url }),
  });

  /** A worker for one job of a name no other test uses. */
  async function work(
    definition: Partial<JobDefinition>,
    handler: (payload: { callId: string }, run: JobRun) => Promise<void>,
  ): Promise<{ job: string; close(): Promise<void> }> {
    const job = `job-${randomUUID().slice(0, 8)}`;
    const worker = await startJobWorker({
      ...connection(),
      catalog: { [job]: { payload, attempts: 3, timeoutMs: 5_000, backoffMs: 20, ...definition } },
      handlers: { [job]: handler as (payload: unknown, run: JobRun) => Promise<void> },
      lockMs: 2_000,
    });
    open.push(worker);
    return { job, close: worker.close };
  }

  /** Resolves with the first log line that fits, past or coming. */
  async function logged(fits: (line: { event: string; [field: string]: unknown }) => boolean): Promise<unknown> {
    const found = signalled<unknown>();
    const look = (): void => {
      const line = lines.find(fits);
      if (line !== undefined) found.resolve(line);
    };
    heard.push(look);
    look();
    return found.promise;
  }

  beforeAll(async () => {
    database = await freshDatabase();
    if (backend === 'redis') redis = await startRedis();
    queue = await createJobQueue(connection());
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    lines = [];
    heard = [];
  });
  afterAll(async () => {
    await queue.close();
    await redis?.stop();
    await database.drop();
  });

  it('runs a job with its checked payload, and one enqueued before the worker came', async () => {
    const seen: string[] = [];
    const both = signalled();
    const { job } = await work({}, async ({ callId }) => {
      seen.push(callId);
      if (seen.length === 2) both.resolve();
    });
    await queue.enqueue(job, { callId: 'first' });
    await queue.enqueue(job, { callId: 'second' });
    await both.promise;
    expect(seen.sort()).toEqual(['first', 'second']);
  });

  it('keeps a delayed job back for its delay', async () => {
    const ran = signalled<number>();
    const { job } = await work({}, async () => ran.resolve(performance.now()));
    const before = performance.now();
    await queue.enqueue(job, { callId: 'a' }, { delayMs: 400 });
    const afterMs = (await ran.promise) - before;
    // The server's clock counts whole milliseconds.
    expect(afterMs).toBeGreaterThanOrEqual(395);
    expect(afterMs).toBeLessThan(5_000);
  });

  it('takes a second job with the same id only after the first is done', async () => {
    let runs = 0;
    const started = signalled();
    const release = signalled();
    const again = signalled();
    const id = `${randomUUID()}:deliver`;
    const { job } = await work({}, async () => {
      runs += 1;
      if (runs === 1) {
        started.resolve();
        await release.promise;
      } else again.resolve();
    });
    await queue.enqueue(job, { callId: 'a' }, { id });
    await queue.enqueue(job, { callId: 'a' }, { id });
    await started.promise;
    await queue.enqueue(job, { callId: 'a' }, { id });
    release.resolve();
    await logged((line) => line.event === 'job_done' && line['job'] === job);
    expect(runs).toBe(1);
    await queue.enqueue(job, { callId: 'a' }, { id });
    await again.promise;
    expect(runs).toBe(2);
  });

  it('frees the id of a job that failed for good, so that a sweep can take it up again', async () => {
    let runs = 0;
    const id = randomUUID();
    const again = signalled();
    const { job } = await work({ attempts: 1 }, async () => {
      runs += 1;
      if (runs > 1) return again.resolve();
      throw new Error('first time');
    });
    await queue.enqueue(job, { callId: 'a' }, { id });
    await logged((line) => line.event === 'job_failed' && line['job'] === job);
    await queue.enqueue(job, { callId: 'a' }, { id });
    await again.promise;
  });

  it('tries again as often as the catalog says, counting the attempts', async () => {
    const attempts: number[] = [];
    const { job } = await work({ attempts: 3 }, async (_, run) => {
      attempts.push(run.attempt);
      throw new Error('still down');
    });
    await queue.enqueue(job, { callId: 'a' });
    const line = await logged((each) => each.event === 'job_failed' && each['job'] === job && each['final'] === true);
    expect(line).toMatchObject({ level: 'error', attempt: 3, msg: 'job_failed' });
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('does not try again what cannot help: a permanent error, a payload that does not fit', async () => {
    let runs = 0;
    const { job } = await work({ attempts: 3 }, async () => {
      runs += 1;
      throw new AppError('gone', { permanent: true });
    });
    await queue.enqueue(job, { callId: 'a' });
    expect(await logged((line) => line.event === 'job_failed' && line['job'] === job)).toMatchObject({ final: true });
    expect(runs).toBe(1);

    lines = [];
    await queue.enqueue(job, { callId: 7 });
    expect(await logged((line) => line.event === 'job_failed' && line['job'] === job)).toMatchObject({ final: true });
    expect(runs).toBe(1);
  });

  it('parks what cannot be done: kept, counted, not taken up by a sweep, and done when a person says so', async () => {
    let healthy = false;
    const done = signalled();
    const { job } = await work({ attempts: 2 }, async () => {
      if (!healthy) throw new TypeError('poison');
      done.resolve();
    });
    const board = queueBoard(connection(), [job]);
    open.push(board);
    const parked = async (): Promise<unknown> => (await board.figures())[0];
    const sweep = () => queue.enqueue(job, { callId: 'a' }, { id: `swept-${job}`, once: true });
    await sweep();
    await logged((line) => line.event === 'job_failed' && line['job'] === job && line['final'] === true);
    await sweep();
    await expect.poll(parked).toMatchObject({ waiting: 0, active: 0, delayed: 0, parked: 1 });
    healthy = true;
    const [poison] = (await (await board.queues())[0]?.getFailed()) ?? [];
    await poison?.retry();
    await done.promise;
    await expect.poll(parked).toMatchObject({ parked: 0 });
  });

  it('does not hold it against a job that the database was away', async () => {
    let runs = 0;
    const done = signalled();
    const { job } = await work({ attempts: 2 }, async () => {
      if (++runs <= 3)
        throw new Error('lost', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
      done.resolve();
    });
    await queue.enqueue(job, { callId: 'a' });
    await done.promise;
    expect(runs).toBe(4);
  });

  it('ends a run that takes too long, and tells it by its signal', async () => {
    const told = signalled<unknown>();
    const { job } = await work({ attempts: 1, timeoutMs: 100 }, (_, run) => {
      run.signal.addEventListener('abort', () => told.resolve(run.signal.reason));
      return new Promise(() => undefined);
    });
    await queue.enqueue(job, { callId: 'a' });
    await expect(told.promise).resolves.toMatchObject({ code: 'job_timeout' });
    await logged((line) => line.event === 'job_failed' && line['job'] === job && line['final'] === true);
  });

  it('repeats a job by itself, once for two workers', async () => {
    const job = `job-${randomUUID().slice(0, 8)}`;
    const times: number[] = [];
    const fourth = signalled();
    const options = {
      ...connection(),
      catalog: { [job]: { payload: z.object({}), attempts: 1, timeoutMs: 1_000, everyMs: 250 } },
      handlers: {
        [job]: async () => {
          if (times.push(performance.now()) === 4) fourth.resolve();
        },
      },
    };
    open.push(await startJobWorker(options), await startJobWorker(options));
    await fourth.promise;
    // Three intervals at least: were each worker to repeat it, half would do.
    expect(times[3]! - times[0]!).toBeGreaterThan(500);
  });

  it('waits for the running job when it is closed', async () => {
    const started = signalled();
    const release = signalled();
    let finished = false;
    const { job, close } = await work({}, async () => {
      started.resolve();
      await release.promise;
      finished = true;
    });
    await queue.enqueue(job, { callId: 'a' });
    await started.promise;
    const closed = close();
    release.resolve();
    await closed;
    expect(finished).toBe(true);
  });

  it('hands back a job that does not end in time when it is closed, and does not hold it against the job', async () => {
    const started = signalled();
    const again = signalled<string>();
    const job = `job-${randomUUID().slice(0, 8)}`;
    const worker = (handler: (run: JobRun) => Promise<void>) =>
      startJobWorker({
        ...connection(),
        catalog: { [job]: { payload, attempts: 1, timeoutMs: 60_000, backoffMs: 20 } },
        handlers: { [job]: (_, run) => handler(run) },
        lockMs: 2_000,
        closeTimeoutMs: 50,
      });
    const stopping = await worker(({ signal }) => {
      started.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    await queue.enqueue(job, { callId: 'a' }, { id: 'a' });
    await started.promise;
    await stopping.close();
    await logged((line) => line.event === 'worker_closed_in_haste');
    open.push(await worker(async ({ id }) => again.resolve(id)));
    await again.promise;
    const board = queueBoard(connection(), [job]);
    open.push(board);
    await expect.poll(() => board.figures()).toMatchObject([{ active: 0, delayed: 0, retrying: 0, parked: 0 }]);
  });

  it('tells the jobs that wait for another run from those that wait for their first', async () => {
    const { job } = await work({ attempts: 3, backoffMs: 60_000 }, async () => {
      throw new Error('still down');
    });
    const board = queueBoard(connection(), [job]);
    open.push(board);
    await queue.enqueue(job, { callId: 'a' });
    await queue.enqueue(job, { callId: 'b' }, { delayMs: 60_000 });
    await expect.poll(() => board.figures()).toMatchObject([{ delayed: 2, retrying: 1, parked: 0 }]);
  });

  it('gives a job to another worker when its own is killed', async () => {
    const job = `job-${randomUUID().slice(0, 8)}`;
    const script = `
      import { z } from 'zod';
      import { createLog } from './platform/log.ts';
      import { startJobWorker } from './platform/queue/index.ts';
      const [job, connection] = [process.argv[1], JSON.parse(process.argv[2])];
      await startJobWorker({
        ...connection,
        log: createLog({ level: 'silent' }),
        lockMs: 2000,
        catalog: { [job]: { payload: z.any(), attempts: 3, timeoutMs: 60000 } },
        handlers: { [job]: () => new Promise(() => console.log('took it')) },
      });`;
    const { databaseUrl, redisUrl } = connection();
    const args = [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
      job,
      JSON.stringify({ databaseUrl, redisUrl }),
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const took = new Promise((done) => child.stdout.once('data', done));
    await queue.enqueue(job, { callId: 'a' }, { id: 'a' });
    await took;
    child.kill('SIGKILL');
    const rescued = signalled<number>();
    open.push(
      await startJobWorker({
        ...connection(),
        lockMs: 2_000,
        catalog: { [job]: { payload, attempts: 3, timeoutMs: 5_000 } },
        handlers: { [job]: async (_, run) => rescued.resolve(run.attempt) },
      }),
    );
    expect(await rescued.promise).toBe(1);
  });

  if (backend === 'postgres') {
    it('holds few connections: two to enqueue, four for a worker of one job', async () => {
      const { job } = await work({}, async () => undefined);
      await Promise.all(Array.from({ length: 30 }, () => queue.enqueue(job, { callId: 'a' })));
      const { rows } = await asSuperuser((client) =>
        client.query<{ n: number }>('SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1', [
          new URL(database.url).pathname.slice(1),
        ]),
      );
      expect(rows[0]?.n).toBeLessThanOrEqual(6);
    });

    it('goes on after the server cut every connection', async () => {
      const ran = signalled();
      const { job } = await work({}, async () => ran.resolve());
      await asSuperuser((client) =>
        client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
          new URL(database.url).pathname.slice(1),
        ]),
      );
      // The first try may meet a connection that is dying; the outbox's sweep would be the second.
      await queue.enqueue(job, { callId: 'a' }).catch(() => queue.enqueue(job, { callId: 'a' }));
      await ran.promise;
    });
  }
});

it('says that a queue it cannot reach is worth another try', async () => {
  const database = await freshDatabase();
  const queue = await createJobQueue({ databaseUrl: database.url, log: createLog({ level: 'silent' }) });
  await database.drop();
  await expect(queue.enqueue('job', {})).rejects.toMatchObject({ code: 'queue_unavailable', permanent: false });
  await queue.close();
});
