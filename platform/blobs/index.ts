import { diskBlobs } from './disk.ts';
import { s3Blobs, type S3Options } from './s3.ts';
import type { BlobStore } from './store.ts';

export { diskBlobs } from './disk.ts';
export { s3Blobs, type S3Options } from './s3.ts';
export type { BlobStore, ByteRange } from './store.ts';

/** Where files are kept: in a bucket, or under a folder of this machine. */
export interface BlobOptions {
  readonly folder: string;
  /** Null: the folder. */
  readonly s3: S3Options | null;
}

/** Opens the store; nothing is connected or made before the first file. */
export function openBlobs({ folder, s3 }: BlobOptions): BlobStore {
  return s3 === null ? diskBlobs(folder) : s3Blobs(s3);
}
