import { expect } from 'vitest';
import { faultsOf } from '../../scripts/soak/figures.ts';
import { runSoak } from '../../scripts/soak/run.ts';
import { copiedDatabase } from '../helpers/database.ts';

/** `npm run soak` with ten calls; without Redis the job queue lives in the database. */
export async function smallSoak(redisUrl?: string): Promise<void> {
  const database = await copiedDatabase();
  try {
    const figures = await runSoak({
      root: process.cwd(),
      databaseUrl: database.url,
      redisUrl,
      calls: 10,
      atOnce: 10,
      seed: 1,
      failShare: 0.3,
      workers: 1,
      killEveryMs: [500, 1_500],
      deliveryLimitMs: 60_000,
      say: () => undefined,
    });
    expect(faultsOf(figures)).toEqual([]);
    expect(figures.workersKilled).toBeGreaterThan(0);
    expect(figures.failedRequests).toBeGreaterThan(0);
  } finally {
    await database.drop();
  }
}
