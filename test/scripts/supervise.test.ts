import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { supervise, type SuperviseOptions, type Supervisor } from '../../scripts/supervise.ts';

type Line = { event: string; process?: string; restartInMs?: number };

let folder: string;
let lines: Line[];
let supervisor: Supervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervise-'));
  lines = [];
});
afterEach(async () => {
  supervisor.stop();
  supervisor.stop();
  await supervisor.finished;
  rmSync(folder, { recursive: true });
});

/** Starts child processes given as JavaScript; `note(word)` appends a word to the file named after the process. */
function run(programs: Record<string, string>, options: Partial<SuperviseOptions> = {}) {
  supervisor = supervise({
    processes: Object.entries(programs).map(([name, program]) => ({
      name,
      command: process.execPath,
      args: [
        '-e',
        `const note=(w)=>require('fs').appendFileSync(${JSON.stringify(join(folder, name))},w+' ');${program}`,
      ],
    })),
    log: (event, fields) => lines.push({ event, ...fields }),
    firstBackoffMs: 5,
    ...options,
  });
  for (const name of Object.keys(programs)) writeFileSync(join(folder, name), '', { flag: 'a' });
  return supervisor;
}
const noted = (name: string) => readFileSync(join(folder, name), 'utf8').trim().split(' ').filter(Boolean);
const WAITS = `process.on('SIGTERM',()=>{note('stopped');process.exit(0)});setInterval(()=>{},1e6);note('up');`;

describe('keeping two processes running', () => {
  test('a stop reaches both and the launcher ends with 0 once both have ended', async () => {
    const { finished } = run({ web: WAITS, worker: WAITS });
    await vi.waitFor(() => expect([noted('web'), noted('worker')]).toEqual([['up'], ['up']]), 5000);
    supervisor.stop();
    expect(await finished).toBe(0);
    expect([noted('web'), noted('worker')]).toEqual([
      ['up', 'stopped'],
      ['up', 'stopped'],
    ]);
  });

  test('a worker that crashes is started again while the web process goes on', async () => {
    run({ web: WAITS, worker: `note('up');setTimeout(()=>process.exit(3),5)` }, { steadyMs: 0 });
    await vi.waitFor(() => expect(noted('worker').length).toBeGreaterThan(2), 10_000);
    expect(noted('web')).toEqual(['up']);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'process_died', process: 'worker', code: 3 }));
  });

  test('a web process that never comes up ends the launcher with 1, and the worker with it', async () => {
    const { finished } = run({ web: `process.exit(1)`, worker: WAITS }, { maxFailedStarts: 3 });
    expect(await finished).toBe(1);
    expect(lines.filter((line) => line.event === 'process_died').map((line) => line.restartInMs)).toEqual([5, 10]);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'process_gave_up', process: 'web', deaths: 3 }));
  });

  test('a program that cannot be run at all counts as one that never came up', async () => {
    supervisor = supervise({
      processes: [{ name: 'web', command: join(folder, 'nothing-here'), args: [] }],
      log: () => {},
      firstBackoffMs: 1,
      maxFailedStarts: 2,
    });
    expect(await supervisor.finished).toBe(1);
  });

  test('a process that ignores the stop is killed when its time is up', async () => {
    const { finished } = run(
      { web: `process.on('SIGTERM',()=>{});setInterval(()=>{},1e6);note('up')` },
      { stopGraceMs: 50 },
    );
    await vi.waitFor(() => expect(noted('web')).toEqual(['up']), 5000);
    supervisor.stop();
    expect(await finished).toBe(0);
    expect(lines.at(-1)).toEqual({ event: 'process_killed', process: 'web' });
  });
});
