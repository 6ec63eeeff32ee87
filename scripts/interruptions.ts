import { parseArgs } from 'node:util';
import { playInterruptions } from './scenario/interruptions.ts';

/** Interrupts the agent thousands of times. Exit code 1 when the model refused a truncate or a call went wrong. */

const USAGE = `npm run interruptions -- [--count 10000] [--seed 1] [--json]\n`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const [count, seed] = [Number(values.count), Number(values.seed)];
  const said = { count: 0 };
  const figures = await playInterruptions({ count, seed }, (interruptions) => {
    if (values.json || interruptions - said.count < 1000) return;
    said.count = interruptions;
    process.stdout.write(`${interruptions} interruptions\n`);
  });
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : `${JSON.stringify(figures, null, 2)}\n`);
  return figures.rejected > 0 || figures.failedSeeds.length > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  },
);
