import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startEmbeddedPostgres } from '../../platform/db/embedded.ts';
import { migrate } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { faultsOf } from '../../scripts/soak/figures.ts';
import { runSoak } from '../../scripts/soak/run.ts';

/** `npm run soak` with twelve calls, on a server of its own; without Redis the job queue lives in the database. */
export async function smallSoak(redisUrl?: string): Promise<void> {
  const log = createLog({ level: 'silent' });
  const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-soak-'));
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDir, log, ...(port === undefined ? {} : { port }), settings: { fsync: 'off' } });
  let server = await start();
  try {
    await migrate(server.url);
    const figures = await runSoak({
      root: process.cwd(),
      databaseUrl: server.url,
      redisUrl,
      calls: 12,
      atOnce: 8,
      seed: 1,
      failShare: 0.3,
      workers: 1,
      killEveryMs: [500, 1_500],
      deliveryLimitMs: 60_000,
      async restartDatabase() {
        await server.stop();
        server = await start(Number(new URL(server.url).port));
      },
      say: () => undefined,
    });
    expect(faultsOf(figures)).toEqual([]);
    expect(figures.workersKilled).toBeGreaterThan(0);
    expect(figures.failedRequests).toBeGreaterThan(0);
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
