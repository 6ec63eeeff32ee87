import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Why tests on Redis cannot run here, or null when they can. Null in CI in any case: there its absence is a failure. */
export const redisMissing: string | null =
  spawnSync('redis-server', ['--version']).status === 0 || process.env['CI'] !== undefined
    ? null
    : 'no redis-server on this machine';

/** A real server of a test's own. */
export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts redis-server on a free port (or this one), with nothing kept on disk, or everything in `keptIn`. */
export async function startRedis(wanted?: number, keptIn?: string): Promise<TestRedis> {
  const port = wanted ?? (await freePort());
  const kept = keptIn === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--dir', keptIn];
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...kept];
  const child = spawn('redis-server', args, { stdio: 'ignore', cwd: '/' });
  const failures: Error[] = [];
  child.once('error', (error) => failures.push(error));
  child.once('exit', (code) => failures.push(new Error(`redis-server ended with ${code}`)));
  const url = `redis://127.0.0.1:${port}`;
  for (let attempt = 0; !(await answers(url)); attempt++) {
    if (failures[0] !== undefined) throw failures[0];
    if (attempt > 200) throw new Error('redis-server does not answer');
    await sleep(25);
  }
  return {
    url,
    stop: () =>
      new Promise((done) => {
        if (child.exitCode !== null) return done();
        child.once('exit', () => done());
        child.kill('SIGTERM');
      }),
  };
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined); // not up yet
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error())));
    });
  });
}
