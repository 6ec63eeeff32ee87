import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startEmbeddedPostgres } from '../platform/db/embedded.ts';
import { migrate } from '../platform/db/index.ts';
import { createLog } from '../platform/log.ts';
import { faultsOf } from './soak/figures.ts';
import { runSoak } from './soak/run.ts';

/** Many calls through the production build while workers are killed, the receiver fails and the database is restarted: is every one delivered? */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const USAGE = `npm run soak -- [--calls 1000] [--at-once 40] [--seed 1] [--fail 0.3] [--workers 3] [--redis URL] [--json]
`;

const count = z.coerce.number().int().min(1);
const options = z.object({
  calls: count.default(1000),
  'at-once': count.default(40),
  seed: z.coerce.number().int().default(1),
  fail: z.coerce.number().min(0).max(1).default(0.3),
  workers: count.default(3),
  redis: z.string().optional(),
  json: z.boolean().default(false),
});

/** Null when they cannot be understood. */
function readOptions(): z.output<typeof options> | null {
  const text = { type: 'string' } as const;
  const known = { calls: text, 'at-once': text, seed: text, fail: text, workers: text, redis: text };
  try {
    const { values } = parseArgs({ options: { ...known, json: { type: 'boolean' } } });
    return options.safeParse(values).data ?? null;
  } catch {
    // parseArgs throws at a name it does not know.
    return null;
  }
}

async function main(): Promise<number> {
  const chosen = readOptions();
  if (chosen === null) {
    process.stderr.write(USAGE);
    return 1;
  }
  const { calls, seed, fail, workers, redis, json } = chosen;
  const say = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-soak-'));
  const log = createLog({ level: 'error' });
  let server = await startEmbeddedPostgres({ dataDir, log });
  try {
    await migrate(server.url);
    const figures = await runSoak({
      root: ROOT,
      databaseUrl: server.url,
      redisUrl: redis,
      calls,
      atOnce: chosen['at-once'],
      seed,
      failShare: fail,
      workers,
      killEveryMs: [2_000, 6_000],
      deliveryLimitMs: 300_000,
      async restartDatabase() {
        say('PostgreSQL is restarted');
        await server.stop();
        server = await startEmbeddedPostgres({ dataDir, log, port: Number(new URL(server.url).port) });
      },
      say,
    });
    const faults = faultsOf(figures);
    if (json) process.stdout.write(`${JSON.stringify({ ...figures, faults })}\n`);
    else
      process.stdout.write(
        `${JSON.stringify(figures, null, 2)}\n${faults.map((fault) => `FAULT: ${fault}\n`).join('')}`,
      );
    return faults.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main();
