import { parseArgs } from 'node:util';
import { z } from 'zod';
import { checkInterleavings } from './interleavings/check.ts';

/** Calls of pure chance through the real session on a virtual clock: does any break a rule that must always hold? */

const USAGE = `npm run test:interleavings -- [--runs 100000] [--seed N]
`;
const SAY_EVERY = 10_000;

const options = z.object({
  runs: z.coerce.number().int().min(1).default(100_000),
  seed: z.coerce.number().int().optional(),
});

function readOptions(): z.output<typeof options> | null {
  try {
    const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
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
  process.stdout.write(`${chosen.runs} runs, --seed ${seed}\n`);
  const begunAt = performance.now();
  const seconds = () => `${((performance.now() - begunAt) / 1000).toFixed(1)} s`;
  const { broken } = await checkInterleavings({
    runs: chosen.runs,
    seed,
    onRun: (played) => {
      if (played % SAY_EVERY === 0) process.stdout.write(`${played} calls, ${seconds()}\n`);
    },
  });
  if (broken === null) {
    process.stdout.write(`every rule held, ${seconds()}\n`);
    return 0;
  }
  process.stdout.write(`${JSON.stringify(broken.plan, null, 2)}\n`);
  for (const finding of broken.findings) process.stdout.write(`BROKEN: ${finding}\n`);
  return 1;
}

process.exitCode = await main();
