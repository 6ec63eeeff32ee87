import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createLog } from '../../../platform/log.ts';
import { startJobWorker } from '../../../platform/queue/index.ts';
import { redisMissing, startRedis } from '../../helpers/redis.ts';

it.skipIf(redisMissing !== null)('a Redis that comes back empty does not end the sweep for good', async () => {
  let redis = await startRedis();
  const { url } = redis;
  let runs = 0;
  const worker = await startJobWorker({
    redisUrl: url,
    databaseUrl: 'unused',
    log: createLog({ level: 'silent' }),
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
