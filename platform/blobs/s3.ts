import { createReadStream } from 'node:fs';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { AwsV4Signer } from 'aws4fetch';
import { AppError } from '../errors.ts';
import { type BlobStore, checkedKey, notFound } from './store.ts';

/** A bucket of any store that speaks S3's protocol. */
export interface S3Options {
  /** Without the bucket, e.g. `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Milliseconds without a byte after which a request is given up. */
const IDLE_TIMEOUT_MS = 30_000;
/** sha256 of nothing. */
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Objects in a bucket, by requests signed one by one (AWS Signature Version 4); the bucket stands in the path. */
export function s3Blobs(options: S3Options): BlobStore {
  const base = `${options.endpoint.replace(/\/+$/u, '')}/${options.bucket}`;

  /** Sends a request; resolves with the answer's head, its body still to be read. */
  async function send(
    method: 'PUT' | 'GET' | 'HEAD' | 'DELETE',
    key: string,
    headers: Readonly<Record<string, string>>,
    file?: string,
  ): Promise<IncomingMessage> {
    const signed = await new AwsV4Signer({
      method,
      url: `${base}/${checkedKey(key)}`,
      headers: { 'x-amz-content-sha256': EMPTY_HASH, ...headers },
      accessKeyId: options.accessKeyId,
      secretAccessKey: options.secretAccessKey,
      region: options.region,
      service: 's3',
    }).sign();
    const begin = signed.url.protocol === 'http:' ? requestHttp : requestHttps;
    const outgoing = begin(signed.url, { method, headers: Object.fromEntries(signed.headers) });
    outgoing.setTimeout(IDLE_TIMEOUT_MS, () => outgoing.destroy(new AppError('blob_store_silent')));
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve);
      outgoing.once('error', (cause) => reject(new AppError('blob_store_unavailable', { cause })));
    });
    // What broke is told by the answer that does not come.
    if (file === undefined) outgoing.end();
    else await Promise.race([pipeline(createReadStream(file), outgoing).catch(() => undefined), answered]);
    return answered;
  }

  return {
    putFile: async (key, path, { bytes, sha256 }) => {
      const headers = {
        'content-length': String(bytes),
        'content-type': 'application/octet-stream',
        'x-amz-content-sha256': sha256,
      };
      await done(await send('PUT', key, headers, path), [200, 201]);
    },
    size: async (key) => {
      const answer = await send('HEAD', key, {});
      if (answer.statusCode === 404) return drained(answer, null);
      await done(answer, [200]);
      return Number(answer.headers['content-length'] ?? 0);
    },
    read: async (key, range) => {
      const headers: Record<string, string> = range === undefined ? {} : { range: `bytes=${range.from}-${range.to}` };
      const answer = await send('GET', key, headers);
      if (answer.statusCode === 404) {
        await drained(answer, null);
        throw notFound();
      }
      if (answer.statusCode !== (range === undefined ? 200 : 206)) await done(answer, []);
      return answer;
    },
    remove: async (key) => done(await send('DELETE', key, {}), [200, 204, 404]),
  };
}

/** Reads what is left of an answer and throws when its status is none of these. */
async function done(answer: IncomingMessage, statuses: readonly number[]): Promise<void> {
  const status = answer.statusCode ?? 0;
  await drained(answer, null);
  if (statuses.includes(status)) return;
  const permanent = status >= 400 && status < 500 && status !== 408 && status !== 429;
  throw new AppError('blob_store_refused', { permanent, details: { status } });
}

async function drained<T>(answer: IncomingMessage, result: T): Promise<T> {
  answer.resume();
  if (!answer.readableEnded) await new Promise<void>((resolve) => answer.once('close', resolve));
  return result;
}
