import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const START_LIMIT_MS = 60_000;

/** A measured process, alone on a core where the machine has two. */
export interface MeasuredProcess {
  /** CPU used since it began, user and system, ms. */
  cpuMs(): number;
  /** Resident memory, MB. */
  rssMb(): number;
  /** Where its inspector listens; null when it was not asked to. */
  readonly inspectorUrl: string | null;
  stop(): Promise<void>;
}

/** Counted before we keep ourselves to one of them. */
const CORES = availableParallelism();
/** True when processes can be kept to one core each. */
export const pinned = CORES >= 2 && canPin();

function canPin(): boolean {
  try {
    execFileSync('taskset', ['-cp', '0', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Starts `node ARGS` on core 1, or on the one named, or on any, and resolves when it prints a line with `"event":"<started>"`. */
export function startMeasured(
  args: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly started: string;
    readonly core?: number | 'any';
    /** Opens its inspector on a free port, for a profile. */
    readonly inspect?: boolean;
  },
): Promise<MeasuredProcess> {
  const inspect = options.inspect ?? false;
  const node = [process.execPath, ...(inspect ? ['--inspect=127.0.0.1:0'] : []), ...args];
  // What is started inherits the core of who starts it.
  const cores = options.core === 'any' ? `0-${CORES - 1}` : String(options.core ?? 1);
  const [program = '', ...rest] = pinned ? ['taskset', '-c', cores, ...node] : node;
  const child = spawn(program, rest, {
    env: options.env,
    stdio: ['ignore', 'pipe', inspect ? 'pipe' : 'inherit'],
  });
  let inspectorUrl: string | null = null;
  // The inspector says where it listens before anything else is printed.
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      inspectorUrl ??= /ws:\/\/\S+/u.exec(line)?.[0] ?? null;
    });
  }
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${args.join(' ')} did not start`)), START_LIMIT_MS);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code ?? 'a signal'}`)));
    createInterface({ input: child.stdout as Readable }).on('line', (line) => {
      if (!line.includes(`"event":"${options.started}"`)) return;
      clearTimeout(limit);
      resolve(measured(child, inspectorUrl));
    });
  });
}

function measured(child: ChildProcess, inspectorUrl: string | null): MeasuredProcess {
  const read = (file: string) => readFileSync(`/proc/${child.pid ?? 0}/${file}`, 'utf8');
  return {
    inspectorUrl,
    cpuMs() {
      const fields = read('stat').split(') ')[1]?.split(' ') ?? [];
      return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
    },
    rssMb: () => Number(/VmRSS:\s+(\d+)/u.exec(read('status'))?.[1] ?? 0) / 1024,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) return resolve();
        const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
        child.once('exit', () => {
          clearTimeout(kill);
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}
