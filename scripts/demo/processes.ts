import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A process of the production build. */
export interface BuiltProcess {
  readonly pid: number;
  /** Asks it to stop and waits; kills it after `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

/** What a process must say, as the `event` of a log line, before it counts as started. */
const STARTED = { web: 'listening', worker: 'worker_started' } as const;
const START_LIMIT_MS = 60_000;

/**
 * Starts `build/<name>.js`, its log going to `logFile`. Resolves once it says that it runs.
 * Rejects when it ends before, or stays silent for a minute.
 */
export function startBuilt(
  name: keyof typeof STARTED,
  options: {
    readonly root: string;
    readonly env: NodeJS.ProcessEnv;
    readonly logFile: string;
    readonly onDeath: (name: string) => void;
  },
): Promise<BuiltProcess> {
  const child = spawn(process.execPath, ['--enable-source-maps', `build/${name}.js`], {
    cwd: options.root,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(options.logFile, { flags: 'a' });
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  let stopping = false;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${name} did not start, see ${options.logFile}`)), START_LIMIT_MS);
    child.once('exit', (code) => {
      clearTimeout(limit);
      if (!stopping) options.onDeath(name);
      reject(new Error(`${name} ended with ${code ?? 'a signal'}, see ${options.logFile}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.includes(`"event":"${STARTED[name]}"`)) return;
      clearTimeout(limit);
      resolve({
        pid: child.pid ?? 0,
        stop: (limitMs) => {
          stopping = true;
          return stopped(child, limitMs);
        },
      });
    });
  });
}

function stopped(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** `wanted` when nothing listens there, else any free port of loopback. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    // The product listens on every address, so every address must be free.
    server.listen(port, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
