import type { Readable } from 'node:stream';
import { AppError } from '../errors.ts';

/** A stretch of bytes, both ends included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Files that are too large for the database. Nobody but the product names them. */
export interface BlobStore {
  /** Keeps a copy of the file at `path` under `key`: all of it or nothing, in place of what was there. */
  putFile(key: string, path: string, facts: { readonly bytes: number; readonly sha256: string }): Promise<void>;
  /** Its bytes, or null when there is none. */
  size(key: string): Promise<number | null>;
  /** Its content, or a part of it, as a stream. @throws AppError `blob_not_found` (permanent) */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Removes it; nothing happens when there is none. */
  remove(key: string): Promise<void>;
}

/** Parts of lower-case letters, digits and hyphens, and an extension: no way up, no absolute path, nothing to escape. */
const KEY = /^(?:[a-z0-9][a-z0-9-]{0,63}\/){1,4}[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9]{1,5}$/u;

/** The key as it was given. @throws AppError `blob_key_invalid` (permanent) */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new AppError('blob_key_invalid', { permanent: true });
  return key;
}

export const notFound = (cause?: unknown) =>
  new AppError('blob_not_found', { permanent: true, ...(cause === undefined ? {} : { cause }) });
