import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startEmbeddedPostgres } from '../platform/db/embedded.ts';
import { migrate, openDatabase } from '../platform/db/index.ts';
import { createLog } from '../platform/log.ts';
import { fuzz } from '../test/security/fuzz.ts';
import { percent } from '../test/security/tally.ts';

/** Inputs of chance at every door of the web process, on a throw-away database: does any of them break a promise? */

const USAGE = `npm run test:security -- [--runs 100000] [--seed N] [--door 'JSON API']
`;
const SAY_EVERY = 5_000;

const options = z.object({
  runs: z.coerce.number().int().min(1).default(100_000),
  seed: z.coerce.number().int().optional(),
  door: z.array(z.string()).optional(),
});

function readOptions(): z.output<typeof options> | null {
  try {
    const { values } = parseArgs({
      options: { runs: { type: 'string' }, seed: { type: 'string' }, door: { type: 'string', multiple: true } },
    });
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
  const seed = chosen.seed ?? Math.trunc(Math.random() * 2 ** 31);
  process.stdout.write(`${chosen.runs} inputs, --seed ${seed}\n`);
  const begunAt = performance.now();
  const seconds = () => `${((performance.now() - begunAt) / 1000).toFixed(0)} s`;

  const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-security-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    log: createLog({ level: 'error' }),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  try {
    await migrate(server.url);
    const db = await openDatabase({ url: server.url, maxConnections: 5 });
    let said = 0;
    const { tally, findings } = await fuzz(
      { db, url: server.url },
      {
        runs: chosen.runs,
        seed,
        doors: chosen.door,
        onProgress(sent) {
          if (sent - said < SAY_EVERY) return;
          said = sent;
          process.stdout.write(`${sent} inputs, ${seconds()}\n`);
        },
      },
    );
    await db.close();
    process.stdout.write(`\n${tally.lines().join('\n')}\n\n`);
    process.stdout.write(`${tally.total()} inputs, ${percent(tally.reached()).trim()} let in, ${seconds()}\n`);
    for (const { door, input, wrong } of findings) {
      process.stdout.write(`BROKEN at ${door}: ${wrong}\n  by ${input}\n`);
    }
    if (tally.reached() < 0.5) process.stdout.write('BROKEN: fewer than half of the inputs were let in\n');
    return findings.length === 0 && tally.reached() >= 0.5 ? 0 : 1;
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main();
