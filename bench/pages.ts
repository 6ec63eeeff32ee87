import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchPostgres } from './load/postgres.ts';
import { startMeasured } from './load/process.ts';
import { fillEstate } from './pages/estate.ts';
import { pagesOf, RENDER_LIMIT_MS, SignedIn, timeExport, timePage } from './pages/render.ts';
import { PAGE_WEIGHT_LIMIT, pageWeights } from './pages/weight.ts';

/**
 * What pages cost: the compressed JavaScript of a first load, and, on a database of 100,000 calls, the time of the
 * production build's web process for each page, and the file of all calls. Fails when one is over its limit:
 * `npm run bench:pages [-- --calls 100000] [--requests 60] [--weights]`. Needs `npm run build` first.
 */

const PORT = 4312;

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '60' },
    /** Only what the pages weigh. */
    weights: { type: 'boolean', default: false },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (time: number) => `${time.toFixed(1)} ms`;

async function weigh(): Promise<boolean> {
  const client = join(fileURLToPath(new URL('..', import.meta.url)), 'build/client');
  const weights = await pageWeights(client);
  say(`Compressed JavaScript of a first load, at most ${kilobytes(PAGE_WEIGHT_LIMIT)}`);
  for (const { route, compressed, scripts } of weights) {
    const over = compressed > PAGE_WEIGHT_LIMIT ? '  OVER' : '';
    say(`${kilobytes(compressed).padStart(10)}  ${String(scripts).padStart(3)} scripts  ${route}${over}`);
  }
  return weights.every(({ compressed }) => compressed <= PAGE_WEIGHT_LIMIT);
}

async function render(calls: number, requests: number): Promise<boolean> {
  const postgres = await benchPostgres();
  try {
    const filledFrom = performance.now();
    const estate = await fillEstate(postgres.url, calls);
    say(`\n${calls} calls written in ${((performance.now() - filledFrom) / 1000).toFixed(0)} s`);
    const url = `http://127.0.0.1:${PORT}`;
    const web = await startMeasured(['build/web.js'], {
      started: 'listening',
      env: {
        ...process.env,
        NODE_ENV: 'production',
        DATABASE_URL: postgres.url,
        PUBLIC_URL: url,
        PORT: String(PORT),
        APP_SECRET: 'a-secret-for-benchmarks-of-no-other-use',
        TWILIO_AUTH_TOKEN: 'bench-token',
        OPENAI_API_KEY: 'bench',
        TWILIO_API_URL: 'http://127.0.0.1:9',
      },
    });
    try {
      const session = await SignedIn.at(url, estate);
      say(`Time of a page on the server, ${requests} requests each, p95 at most ${RENDER_LIMIT_MS} ms`);
      let kept = true;
      for (const page of pagesOf(estate)) {
        const { p50, p95, cpu, bytes } = await timePage(session, page, requests, () => web.cpuMs());
        const over = p95 > RENDER_LIMIT_MS ? '  OVER' : '';
        kept &&= over === '';
        say(
          `${ms(p50).padStart(10)} p50 ${ms(p95).padStart(10)} p95 ${ms(cpu).padStart(8)} CPU ${kilobytes(bytes).padStart(9)}  ${decodeURI(page)}${over}`,
        );
      }
      const rssBefore = web.rssMb();
      const { rows, bytes, firstByteMs, totalMs } = await timeExport(session);
      const grown = web.rssMb() - rssBefore;
      say(
        `The file of all calls: ${rows} rows, ${kilobytes(bytes)}, first byte after ${ms(firstByteMs)}, ` +
          `whole after ${(totalMs / 1000).toFixed(1)} s; the process is ${grown.toFixed(0)} MB larger`,
      );
      return kept && rows === calls;
    } finally {
      await web.stop();
    }
  } finally {
    await postgres.close();
  }
}

const light = await weigh();
const quick = values.weights || (await render(Number(values.calls), Number(values.requests)));
if (!light || !quick) process.exitCode = 1;
