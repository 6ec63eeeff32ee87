import type { BuiltProcess } from './process.ts';
import type { Product } from './product.ts';
import type { Random } from './random.ts';

/** A worker that meets a database which is away at its start may end at once; what watches it starts it again. */
const STARTS = 5;

/** Kills a worker at a random moment, puts another in its place, and goes on until it is stopped. */
export function keepKilling(options: {
  readonly product: Product;
  readonly running: readonly BuiltProcess[];
  readonly random: Random;
  /** Milliseconds between two kills, at least and at most. */
  readonly everyMs: readonly [number, number];
}): {
  /** Resolves with the number of kills once every place is taken again. */
  stop(): Promise<number>;
} {
  const { product, random } = options;
  const [leastMs, mostMs] = options.everyMs;
  const workers = [...options.running];
  let stopped = false;
  let wake = (): void => undefined;
  let kills = 0;

  async function run(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leastMs + random() * (mostMs - leastMs));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (stopped) return;
      const place = Math.floor(random() * workers.length);
      await workers[place]?.kill();
      kills++;
      workers[place] = await restarted(product);
    }
  }

  const done = run();
  done.catch(() => undefined); // told by stop
  return {
    async stop() {
      stopped = true;
      wake();
      await done;
      return kills;
    },
  };
}

async function restarted(product: Product): Promise<BuiltProcess> {
  for (let left = STARTS; ; left--) {
    try {
      return await product.start('worker');
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}
