import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDatabase } from '../platform/db/index.ts';
import type { Spread } from '../scripts/soak/figures.ts';
import { openProduct } from '../scripts/soak/product.ts';
import { redisMissing, startRedis } from '../test/helpers/redis.ts';
import { afterTheCall, type AfterTheCall } from './deliveries/after-the-call.ts';
import { deliveryRate, type Rate } from './deliveries/rate.ts';
import { benchPostgres } from './load/postgres.ts';

/**
 * What lies between the end of a call and others hearing of it, through the production build: from the hang-up to
 * Monday and to `call.analyzed` with a model that takes a second, and how many deliveries a second one worker makes. On
 * both queues, Redis where `redis-server` is installed. Fails when a target is missed:
 * `npm run bench:deliveries [-- --calls 60] [--at-once 6] [--deliveries 2000] [--json]`. Needs `npm run build` first.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ANALYSIS_MS = 1_000;
const TARGETS = { mondayP95Ms: 2_000, analyzedP95Ms: 5_000, perSecond: { postgres: 50, redis: 100 } } as const;

interface Figures extends AfterTheCall {
  readonly queue: 'postgres' | 'redis';
  readonly rate: Rate;
}

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '60' },
    'at-once': { type: 'string', default: '6' },
    deliveries: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const spread = ({ p50, p95, max }: Spread) => `p50 ${p50} ms, p95 ${p95} ms, at most ${max} ms`;

async function measure(queue: Figures['queue'], redisUrl?: string): Promise<Figures> {
  const postgres = await benchPostgres();
  try {
    const db = await openDatabase({ url: postgres.url, maxConnections: 5 });
    const product = await openProduct({ root: ROOT, databaseUrl: postgres.url, redisUrl, analysisMs: ANALYSIS_MS });
    try {
      const web = await product.start('web');
      await product.start('worker');
      const after = await afterTheCall(db, product, { calls: Number(values.calls), atOnce: Number(values['at-once']) });
      await web.terminate();
      return { queue, ...after, rate: await deliveryRate(db, product, Number(values.deliveries)) };
    } finally {
      await product.close();
      await db.close();
    }
  } finally {
    await postgres.close();
  }
}

async function measureOnRedis(): Promise<Figures> {
  const redis = await startRedis();
  try {
    return await measure('redis', redis.url);
  } finally {
    await redis.stop();
  }
}

function missed({ queue, endToMondayMs, endToAnalyzedMs, rate }: Figures): string[] {
  const least = TARGETS.perSecond[queue];
  return [
    ...(endToMondayMs.p95 > TARGETS.mondayP95Ms ? [`Monday hears later than ${TARGETS.mondayP95Ms} ms`] : []),
    ...(endToAnalyzedMs.p95 > TARGETS.analyzedP95Ms ? [`call.analyzed later than ${TARGETS.analyzedP95Ms} ms`] : []),
    ...(rate.perSecond < least ? [`fewer than ${least} deliveries a second`] : []),
  ];
}

say(`load of the machine before: ${loadavg()[0]?.toFixed(1)}`);
const all = [await measure('postgres'), ...(redisMissing === null ? [await measureOnRedis()] : [])];
for (const figures of all) {
  const { queue, calls, endToMondayMs, endToAnalyzedMs, rate } = figures;
  say(`queue on ${queue}, ${calls} calls`);
  say(`  end of the call → Monday         ${spread(endToMondayMs)}`);
  say(`  end of the call → call.analyzed  ${spread(endToAnalyzedMs)}`);
  say(`  ${rate.deliveries} deliveries at ${rate.perSecond} a second`);
  for (const fault of missed(figures)) say(`  MISSED: ${fault}`);
}
if (redisMissing !== null) say(`not measured on Redis: ${redisMissing}`);
if (values.json) process.stdout.write(`${JSON.stringify(all)}\n`);
if (all.some((figures) => missed(figures).length > 0)) process.exitCode = 1;
