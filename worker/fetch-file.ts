import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../platform/errors.ts';

/** A file of this process's own, gone when the work is done. */
export interface FetchedFile {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** How the names of folders begin that files are fetched into; the process follows. Machines may share the place. */
const OWN_FOLDERS = `prosaas-fetched-${hostname()}-`;

/**
 * Removes what processes that were killed had fetched: a caller's voice, of which nobody would know. Called when a
 * process starts and has fetched nothing: what carries its own number is of one before it.
 */
export async function removeAbandonedFiles(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(OWN_FOLDERS)) continue;
    const fetcher = Number.parseInt(name.slice(OWN_FOLDERS.length), 10);
    if (fetcher !== process.pid && isAlive(fetcher)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Writes a stream to a file and hands it to `work`; the file is removed afterwards in any case.
 * @throws AppError `file_too_large` (permanent) as soon as there are more bytes than `maxBytes`
 */
export async function withFetchedFile<T>(
  source: AsyncIterable<Uint8Array>,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
  work: (file: FetchedFile) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `${OWN_FOLDERS}${process.pid}-`));
  try {
    const path = join(folder, 'file');
    const hash = createHash('sha256');
    let bytes = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length;
        if (bytes > options.maxBytes) return done(new AppError('file_too_large', { permanent: true }));
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(source, measure, createWriteStream(path, { mode: 0o600 }), { signal: options.signal });
    return await work({ path, bytes, sha256: hash.digest('hex') });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
