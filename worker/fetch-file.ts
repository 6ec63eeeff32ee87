import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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

/**
 * Writes a stream to a file and hands it to `work`; the file is removed afterwards in any case.
 * @throws AppError `file_too_large` (permanent) as soon as there are more bytes than `maxBytes`
 */
export async function withFetchedFile<T>(
  source: AsyncIterable<Uint8Array>,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
  work: (file: FetchedFile) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'prosaas-'));
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
