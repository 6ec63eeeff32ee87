import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startEmbeddedPostgres } from '../../../platform/db/embedded.ts';
import { createLog } from '../../../platform/log.ts';
import { queueBoard } from '../../../platform/queue/board.ts';
import { createJobQueue, startJobWorker } from '../../../platform/queue/index.ts';
import { redisMissing, startRedis } from '../../helpers/redis.ts';

const log = createLog({ level: 'silent' });

/** A server of the test's own, which keeps what it has while it is away. */
interface Server {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  away(): Promise<void>;
  back(): Promise<void>;
}

async function aPostgres(dataDir: string): Promise<Server> {
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDir, log, ...(port === undefined ? {} : { port }), settings: { fsync: 'off' } });
  let server = await start();
  return {
    databaseUrl: server.url,
    away: () => server.stop(),
    back: async () => void (server = await start(Number(new URL(server.url).port))),
  };
}

async function aRedis(dataDir: string): Promise<Server> {
  let server = await startRedis(undefined, dataDir);
  return {
    databaseUrl: 'unused',
    redisUrl: server.url,
    away: () => server.stop(),
    back: async () => void (server = await startRedis(Number(new URL(server.url).port), dataDir)),
  };
}

describe.each([
  { backend: 'postgres', open: aPostgres, missing: null },
  { backend: 'redis', open: aRedis, missing: redisMissing },
])('the job queue on $backend', ({ open, missing }) => {
  it.skipIf(missing !== null)('is restarted in mid-job: the running job and the waiting ones are done', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-queue-'));
    const server = await open(dataDir);
    const connection = { ...server, log };
    const begun: string[] = [];
    const ended: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const queue = await createJobQueue(connection);
    const worker = await startJobWorker({
      ...connection,
      lockMs: 1_000,
      catalog: { job: { payload: z.object({ name: z.string() }), attempts: 2, timeoutMs: 60_000, concurrency: 1 } },
      handlers: {
        job: async ({ name }) => {
          begun.push(name);
          if (name === 'running') await held;
          ended.push(name);
        },
      },
    });
    const board = queueBoard(connection, ['job']);
    try {
      await queue.enqueue('job', { name: 'running' }, { id: 'running' });
      await vi.waitFor(() => expect(begun).toEqual(['running']), { timeout: 10_000 });
      await queue.enqueue('job', { name: 'waiting' }, { id: 'waiting' });
      await server.away();
      release();
      await vi.waitFor(() => expect(ended).toEqual(['running']));
      await expect(queue.enqueue('job', { name: 'refused' })).rejects.toMatchObject({ code: 'queue_unavailable' });
      await server.back();
      await vi.waitFor(() => expect(ended).toContain('waiting'), { timeout: 30_000 });
      await vi.waitFor(() => queue.enqueue('job', { name: 'later' }, { id: 'later' }), { timeout: 30_000 });
      await vi.waitFor(() => expect(ended).toContain('later'), { timeout: 30_000 });
      await vi.waitFor(
        async () => expect(await board.figures()).toMatchObject([{ waiting: 0, active: 0, delayed: 0, parked: 0 }]),
        { timeout: 30_000 },
      );
      // What ran when the server went may run once more, as its end could not be noted; nothing else does.
      expect(ended.filter((name) => name !== 'running')).toEqual(['waiting', 'later']);
    } finally {
      release();
      await Promise.all([worker.close(), queue.close(), board.close()]);
      await server.away();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

it.skipIf(redisMissing !== null)('a Redis that comes back empty does not end the sweep for good', async () => {
  let redis = await startRedis();
  const { url } = redis;
  let runs = 0;
  const worker = await startJobWorker({
    redisUrl: url,
    databaseUrl: 'unused',
    log,
    catalog: { sweep: { payload: z.object({}), attempts: 1, timeoutMs: 5_000, everyMs: 200 } },
    handlers: {
      sweep: async () => {
        runs++;
      },
    },
  });
  try {
    await vi.waitFor(() => expect(runs).toBeGreaterThan(1), { timeout: 10_000 });
    await redis.stop();
    redis = await startRedis(Number(new URL(url).port));
    const before = runs;
    await vi.waitFor(() => expect(runs).toBeGreaterThan(before + 1), { timeout: 15_000 });
  } finally {
    await worker.close();
    await redis.stop();
  }
});
