import { connect } from 'node:net';

/** What came back over a connection of its own; null when it was closed without an answer. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Longest that an answer is waited for, ms: what is stuck is found, not waited for. */
const LIMIT_MS = 15_000;
/** Of an answer so much is looked at. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Sends exactly these bytes. An event stream is left as soon as it has begun. */
export function sendRaw(port: number, bytes: Buffer): Promise<RawAnswer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${LIMIT_MS} ms`));
    }, LIMIT_MS);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      const head = chunks[0]?.toString('latin1') ?? '';
      if (size > MAX_BYTES || /\r\ncontent-type: text\/event-stream/iu.test(head)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      const text = Buffer.concat(chunks).toString('utf8');
      const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(text)?.[1] ?? Number.NaN);
      resolve(Number.isNaN(status) ? null : { status, text });
    });
  });
}

/** A request line, headers and body as bytes. What no header can hold is left to the one who wrote it. */
export function requestBytes(
  method: string,
  target: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: string | null,
): Buffer {
  const payload = body === null ? null : Buffer.from(body, 'utf8');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(payload === null ? [] : [`Content-Length: ${payload.length}`]),
    'Connection: close',
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  return payload === null ? head : Buffer.concat([head, payload]);
}

/** A text as the value of a header: without what would end it. */
export const inHeader = (text: string): string => text.replaceAll(/[\r\n\0]/gu, ' ').slice(0, 2_000);

/** A text as part of a path, every byte of it escaped that has to be, or, `loosely`, only what would end the line. */
export function inPath(text: string, loosely: boolean): string {
  const bytes = [...Buffer.from(text, 'utf8')].slice(0, 2_000);
  const plain = loosely ? /[!-~]/u : /[\w.~-]/u;
  return bytes
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return plain.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
    })
    .join('');
}
