import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskBlobs, s3Blobs, type BlobStore } from '../../../platform/blobs/index.ts';
import { startS3Double, type S3Double } from '../../helpers/s3-double.ts';

let folder: string;
let bucket: S3Double;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosaas-blobs-'));
  bucket = await startS3Double();
});
afterAll(async () => {
  await bucket.close();
  await rm(folder, { recursive: true, force: true });
});

const STORES: Readonly<Record<string, () => BlobStore>> = {
  'a folder': () => diskBlobs(join(folder, 'store')),
  'a bucket': () => s3Blobs(bucket.options),
};
const KEY = '0b5e58aa-0000-4000-8000-000000000000/0b5e58aa-1111-4000-8000-000000000000.wav';

async function aFile(content: Buffer) {
  const path = join(folder, `source-${content.length}`);
  await writeFile(path, content);
  return { path, facts: { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') } };
}

describe.each(Object.entries(STORES))('%s', (_name, open) => {
  it('gives back what was put there, as a whole and in part', async () => {
    const store = open();
    const content = randomBytes(300_000);
    const { path, facts } = await aFile(content);
    await store.putFile(KEY, path, facts);
    expect(await store.size(KEY)).toBe(300_000);
    expect((await buffer(await store.read(KEY))).equals(content)).toBe(true);
    const part = await buffer(await store.read(KEY, { from: 1000, to: 1099 }));
    expect(part.equals(content.subarray(1000, 1100))).toBe(true);
  });

  it('puts a file in the place of another', async () => {
    const store = open();
    const { path, facts } = await aFile(Buffer.from('new'));
    await store.putFile(KEY, path, facts);
    expect((await buffer(await store.read(KEY))).toString()).toBe('new');
  });

  it('removes what is there, and minds nothing that is not', async () => {
    const store = open();
    await store.remove(KEY);
    await store.remove(KEY);
    expect(await store.size(KEY)).toBeNull();
    await expect(store.read(KEY)).rejects.toMatchObject({ code: 'blob_not_found', permanent: true });
  });

  it.each(['../x.wav', '/etc/passwd', 'a/../b.wav', 'A/b.wav', 'a/b', '', 'a//b.wav', 'a/.wav', 'a/b.wav/..'])(
    'takes no key that is not one: %s',
    async (key) => {
      await expect(open().read(key)).rejects.toMatchObject({ code: 'blob_key_invalid' });
      await expect(open().putFile(key, folder, { bytes: 0, sha256: '' })).rejects.toMatchObject({
        code: 'blob_key_invalid',
      });
    },
  );
});

describe('a folder', () => {
  it('holds nothing half written, and nothing for others to read', async () => {
    const store = diskBlobs(join(folder, 'other'));
    const { path, facts } = await aFile(Buffer.from('content'));
    await store.putFile('a/b.wav', path, facts);
    await expect(store.putFile('a/c.wav', join(folder, 'missing'), facts)).rejects.toThrow();
    expect(await readdir(join(folder, 'other', 'a'))).toEqual(['b.wav']);
    expect((await stat(join(folder, 'other', 'a', 'b.wav'))).mode & 0o777).toBe(0o600);
  });
});

describe('a bucket', () => {
  it('with the wrong key is refused for good; one that is overloaded is worth another try', async () => {
    const stranger = s3Blobs({ ...bucket.options, secretAccessKey: 'wrong' });
    const { path, facts } = await aFile(Buffer.from('content'));
    await expect(stranger.putFile(KEY, path, facts)).rejects.toMatchObject({
      code: 'blob_store_refused',
      permanent: true,
      details: { status: 403 },
    });
    expect(bucket.objects.size).toBe(0);
    bucket.failWith(503);
    await expect(s3Blobs(bucket.options).size(KEY)).rejects.toMatchObject({ permanent: false });
  });

  it('that is away is said to be away', async () => {
    const away = s3Blobs({ ...bucket.options, endpoint: 'http://127.0.0.1:9' });
    await expect(away.size(KEY)).rejects.toMatchObject({ code: 'blob_store_unavailable', permanent: false });
  });
});
