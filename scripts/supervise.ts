import { spawn, type ChildProcess } from 'node:child_process';

/** One process to keep running. */
export interface SupervisedProcess {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface SuperviseOptions {
  readonly processes: readonly SupervisedProcess[];
  /** One structured line an event: `process_started`, `process_died`, `process_gave_up`, `process_killed`. */
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** A process that lived this long has started well, ms. Default 10,000. */
  readonly steadyMs?: number;
  /** Wait before the first restart, ms; doubles with each death in a row. Default 500. */
  readonly firstBackoffMs?: number;
  /** The longest wait before a restart, ms. Default 30,000. */
  readonly maxBackoffMs?: number;
  /** A process that never started well is given up after this many deaths. Default 5. */
  readonly maxFailedStarts?: number;
  /** What remains this long after `stop` is killed, ms. Default 60,000. */
  readonly stopGraceMs?: number;
}

export interface Supervisor {
  /** Asks every process to stop (SIGTERM). A second call kills what is left. */
  stop(): void;
  /** Settles with the exit code once every process has ended: 0 after `stop`, 1 when a process was given up. */
  readonly finished: Promise<number>;
}

/**
 * Keeps processes running: one that dies is started again, after a wait that doubles up to a limit. One that has been
 * up before is never given up; one that never came up is, and then everything stops, so that a broken start is seen.
 */
export function supervise(options: SuperviseOptions): Supervisor {
  const { processes, log } = options;
  const steadyMs = options.steadyMs ?? 10_000;
  const firstBackoffMs = options.firstBackoffMs ?? 500;
  const maxBackoffMs = options.maxBackoffMs ?? 30_000;
  const maxFailedStarts = options.maxFailedStarts ?? 5;
  const stopGraceMs = options.stopGraceMs ?? 60_000;

  const running = new Map<string, ChildProcess>();
  const restarts = new Set<NodeJS.Timeout>();
  let stopping = false;
  let exitCode = 0;
  let settle: (code: number) => void;
  const finished = new Promise<number>((resolve) => (settle = resolve));

  const settleWhenEmpty = () => {
    if (stopping && running.size === 0) settle(exitCode);
  };

  const stop = () => {
    if (stopping) {
      for (const [name, child] of running) {
        log('process_killed', { process: name });
        child.kill('SIGKILL');
      }
      return;
    }
    stopping = true;
    for (const timer of restarts) clearTimeout(timer);
    for (const child of running.values()) child.kill('SIGTERM');
    const deadline = setTimeout(stop, stopGraceMs);
    void finished.then(() => clearTimeout(deadline));
    settleWhenEmpty();
  };

  const start = (entry: SupervisedProcess, deathsInARow: number, cameUpBefore: boolean) => {
    const startedAt = performance.now();
    const child = spawn(entry.command, [...entry.args], { stdio: 'inherit', env: entry.env ?? process.env });
    running.set(entry.name, child);
    log('process_started', { process: entry.name, childPid: child.pid ?? null });

    const died = (outcome: Readonly<Record<string, unknown>>) => {
      running.delete(entry.name);
      if (stopping) return settleWhenEmpty();
      const livedMs = Math.round(performance.now() - startedAt);
      const cameUp = livedMs >= steadyMs;
      const deaths = cameUp ? 1 : deathsInARow + 1;
      if (!cameUp && !cameUpBefore && deaths >= maxFailedStarts) {
        log('process_gave_up', { process: entry.name, ...outcome, deaths });
        exitCode = 1;
        return stop();
      }
      const restartInMs = Math.min(firstBackoffMs * 2 ** (deaths - 1), maxBackoffMs);
      log('process_died', { process: entry.name, ...outcome, livedMs, restartInMs });
      const timer = setTimeout(() => {
        restarts.delete(timer);
        start(entry, deaths, cameUpBefore || cameUp);
      }, restartInMs);
      restarts.add(timer);
    };
    // A program that cannot be run at all emits 'error' and never 'exit'.
    child.once('error', (error) => {
      if (child.pid === undefined) died({ error: error.message });
    });
    child.once('exit', (code, signal) => died({ code, signal }));
  };

  for (const entry of processes) start(entry, 0, false);
  return { stop, finished };
}
