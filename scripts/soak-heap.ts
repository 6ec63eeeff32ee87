import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { loadScenario } from './scenario/file.ts';
import { heapFaults, measureHeap } from './soak-heap/measure.ts';

/** Two thousand calls in one process, much faster than real time: does anything of them stay? */

const USAGE = `npm run soak:heap -- [--calls 2000] [--json] [FILE…]

  FILE  scenarios to play in turn; default all of scenarios/
`;
const FOLDER = 'scenarios';
const options = z.object({ calls: z.coerce.number().int().min(2).default(2000), json: z.boolean().default(false) });

function readArguments(): { files: string[]; chosen: z.output<typeof options> } | null {
  try {
    const { values, positionals } = parseArgs({
      options: { calls: { type: 'string' }, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const chosen = options.safeParse(values).data;
    return chosen === undefined ? null : { files: positionals, chosen };
  } catch {
    // parseArgs throws at a name it does not know.
    return null;
  }
}

async function main(): Promise<number> {
  const read = readArguments();
  if (read === null) {
    process.stderr.write(USAGE);
    return 1;
  }
  const { gc } = globalThis;
  if (gc === undefined) {
    process.stderr.write('soak-heap: the garbage collector cannot be asked: node --expose-gc\n');
    return 1;
  }
  const { calls, json } = read.chosen;
  const all = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${FOLDER}/${name}`);
  const figures = await measureHeap({
    scripts: (read.files.length > 0 ? read.files : all).map((file) => loadScenario(file).script),
    calls,
    collect: () => void gc(),
    onProgress: (played, bytes) => process.stderr.write(`${played} calls, ${Math.round(bytes / 1024)} kB in use\n`),
  });
  const faults = heapFaults(figures);
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, faults })}\n`);
  else
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n${faults.map((fault) => `FAULT: ${fault}\n`).join('')}`);
  return faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
