import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of the production build that may be killed. */
export interface BuiltProcess {
  readonly name: ProcessName;
  /** Every line of its log so far. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Resolves when it is gone: the exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>;
}

export type ProcessName = 'web' | 'worker';

/** What a process says, as the `event` of a log line, once it works. */
const STARTED: Readonly<Record<ProcessName, string>> = { web: 'listening', worker: 'worker_started' };
const START_LIMIT_MS = 60_000;

/**
 * Starts `build/<name>.js` with this environment and no other. Resolves once it says that it works; rejects when it
 * ends before, stays silent for a minute, or there is no build.
 */
export function startBuilt(name: ProcessName, root: string, env: NodeJS.ProcessEnv): Promise<BuiltProcess> {
  const file = join(root, 'build', `${name}.js`);
  if (!existsSync(file)) return Promise.reject(new Error(`${file} is missing: npm run build`));
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const endWith = (signal: NodeJS.Signals): Promise<number | null> => {
    if (!ended()) child.kill(signal);
    return exited;
  };
  const started: BuiltProcess = {
    name,
    lines,
    exited,
    kill: async () => void (await endWith('SIGKILL')),
    terminate: () => endWith('SIGTERM'),
  };
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} did not start within ${START_LIMIT_MS} ms`));
    }, START_LIMIT_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`${name} ended with ${code ?? 'a signal'}: ${JSON.stringify(lines.slice(-3))}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = readLine(line);
      lines.push(parsed);
      if (parsed['event'] !== STARTED[name]) return;
      clearTimeout(limit);
      resolve(started);
    });
  });
}

function readLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { event: 'unreadable', line };
  }
}
