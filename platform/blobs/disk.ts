import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type BlobStore, checkedKey, notFound } from './store.ts';

/** Files under a folder, readable by the product's own user alone. */
export function diskBlobs(folder: string): BlobStore {
  const root = resolve(folder);
  const pathOf = (key: string) => join(root, checkedKey(key));
  return {
    putFile: async (key, source) => {
      const target = pathOf(key);
      const part = `${target}.${randomUUID()}.part`;
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      try {
        await copyFile(source, part);
        const file = await open(part, 'r+');
        try {
          await file.chmod(0o600);
          await file.sync();
        } finally {
          await file.close();
        }
        // Under its own name it is whole, whatever happens in between.
        await rename(part, target);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    size: async (key) => {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    read: async (key, range) => {
      const path = pathOf(key);
      const file = await open(path, 'r').catch((error: unknown) => {
        throw isMissing(error) ? notFound(error) : error;
      });
      return createReadStream(path, { fd: file, ...(range === undefined ? {} : { start: range.from, end: range.to }) });
    },
    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
