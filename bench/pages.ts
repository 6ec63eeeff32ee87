import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGE_WEIGHT_LIMIT, pageWeights } from './page-weight.ts';

// What the first load of each page weighs, from the manifest of `npm run build`. Fails when one is over its limit.

const CLIENT = join(fileURLToPath(new URL('..', import.meta.url)), process.argv[2] ?? 'build/client');

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

const weights = await pageWeights(CLIENT);
process.stdout.write(`Compressed JavaScript of a first load, at most ${kilobytes(PAGE_WEIGHT_LIMIT)}\n`);
for (const { route, compressed, scripts } of weights) {
  const over = compressed > PAGE_WEIGHT_LIMIT ? '  OVER' : '';
  process.stdout.write(
    `${kilobytes(compressed).padStart(10)}  ${String(scripts).padStart(3)} scripts  ${route}${over}\n`,
  );
}
if (weights.some(({ compressed }) => compressed > PAGE_WEIGHT_LIMIT)) process.exitCode = 1;
