import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { S3Options } from '../../platform/blobs/index.ts';

/** A bucket on loopback that takes nothing but requests signed as AWS says (Signature Version 4). */
export interface S3Double {
  readonly options: S3Options;
  readonly objects: Map<string, Buffer>;
  /** Statuses of the next answers, one each. */
  failWith(...statuses: number[]): void;
  close(): Promise<void>;
}

const KEYS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret/of+the-test' };
const REGION = 'il-central-1';
const BUCKET = 'recordings';

export async function startS3Double(): Promise<S3Double> {
  const objects = new Map<string, Buffer>();
  const failures: number[] = [];
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'http://s3');
    const failure = failures.shift();
    if (failure !== undefined) return void response.writeHead(failure).end('<Error/>');
    if (!isSigned(request, url, body))
      return void response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
    const key = url.pathname.slice(`/${BUCKET}/`.length);
    const object = objects.get(key);
    switch (request.method) {
      case 'PUT':
        objects.set(key, body);
        return void response.writeHead(200).end();
      case 'DELETE':
        objects.delete(key);
        return void response.writeHead(204).end();
      default:
        return give(request, response, object);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    options: { endpoint: `http://127.0.0.1:${port}`, region: REGION, bucket: BUCKET, ...KEYS },
    objects,
    failWith: (...statuses) => void failures.push(...statuses),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function give(request: IncomingMessage, response: ServerResponse, object: Buffer | undefined): void {
  if (object === undefined) return void response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>');
  const [, from, to] = /^bytes=(\d+)-(\d+)$/u.exec(request.headers.range ?? '') ?? [];
  const part = from === undefined ? object : object.subarray(Number(from), Number(to) + 1);
  response.writeHead(from === undefined ? 200 : 206, { 'content-length': part.length });
  response.end(request.method === 'HEAD' ? undefined : part);
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

function isSigned(request: IncomingMessage, url: URL, body: Buffer): boolean {
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/u.exec(
      request.headers.authorization ?? '',
    );
  if (authorization === null) return false;
  const [, id, day = '', region = '', names = '', signature] = authorization;
  const hash = String(request.headers['x-amz-content-sha256']);
  if (id !== KEYS.accessKeyId || region !== REGION || hash !== sha256(body)) return false;
  const signed = names.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => signed.includes(name))) return false;
  const headers = signed
    .map((name) => `${name}:${String(request.headers[name]).trim().replaceAll(/\s+/gu, ' ')}\n`)
    .join('');
  const canonical = [request.method, url.pathname, '', headers, names, hash].join('\n');
  const date = String(request.headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${KEYS.secretAccessKey}`, day), region), 's3'), 'aws4_request');
  return hmac(key, text).toString('hex') === signature;
}
