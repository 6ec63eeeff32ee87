import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';

/** Longest a start or stop under way may hold others up, ms. */
const LOCK_PATIENCE_MS = 60_000;

/** True when the process runs, under whatever user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Runs `work` while no other process starts or stops the server of this folder. A dead holder's lock is taken over. */
export async function exclusively<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(dataDir, 'lock');
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    dropStaleLock(lock);
    if (performance.now() > deadline) throw new AppError('embedded_postgres_locked', { details: { lock } });
    await sleep(50);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function dropStaleLock(lock: string): void {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    const ageMs = Date.now() - statSync(lock).mtimeMs;
    // Empty for the instant between being made and being written.
    const stale = holder === 0 ? ageMs > 5_000 : !isAlive(holder);
    if (stale) rmSync(lock, { force: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

let uses = 0;

/** Notes that this process uses the server of this folder; the returned function takes the note back. */
export function registerUse(dataDir: string): () => void {
  const folder = join(dataDir, 'used-by');
  mkdirSync(folder, { recursive: true });
  const note = join(folder, `${process.pid}-${++uses}`);
  writeFileSync(note, '');
  return () => rmSync(note, { force: true });
}

/** Whether any living process uses the server of this folder. Notes of the dead are cleared away. */
export function isInUse(dataDir: string): boolean {
  const folder = join(dataDir, 'used-by');
  return readdirSync(folder).some((note) => {
    if (isAlive(Number(note.split('-')[0]))) return true;
    rmSync(join(folder, note), { force: true });
    return false;
  });
}
