import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { FormParameters } from '../voice/twilio/signature.ts';

/** Twilio's forms are a few KiB. */
export const MAX_FORM_BYTES = 64 * 1024;
/** Twilio's longest forms have some sixty parameters. */
const MAX_PARAMETERS = 500;
/** What was refused is read on for so much, so that its sender gets to see the answer; then it is cut. */
const LINGER_BYTES = 256 * 1024;
const LINGER_MS = 1000;

export type FormBody =
  | { readonly kind: 'form'; readonly parameters: FormParameters }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly reason: string };

/** Reads a form; at most 64 KiB of it are kept. A body that is no form is an empty one. Never rejects. */
export async function readForm(request: IncomingMessage): Promise<FormBody> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return { kind: 'refused', status: 415, reason: 'body_encoded' };
  if (Number(request.headers['content-length'] ?? 0) > MAX_FORM_BYTES) {
    return { kind: 'refused', status: 413, reason: 'body_too_long' };
  }
  const chunks: Buffer[] = [];
  const outcome = await new Promise<'end' | 'long' | 'broken'>((resolve) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_FORM_BYTES) chunks.push(chunk);
      else resolve('long');
    });
    request.once('end', () => resolve('end'));
    request.once('close', () => resolve('broken'));
    request.once('error', () => resolve('broken'));
  });
  request.removeAllListeners('data');
  if (outcome === 'long') return { kind: 'refused', status: 413, reason: 'body_too_long' };
  if (outcome === 'broken') return { kind: 'refused', status: 400, reason: 'body_cut_short' };
  const isForm = /^application\/x-www-form-urlencoded\b/iu.test(request.headers['content-type'] ?? '');
  if (!isForm) return { kind: 'form', parameters: {} };
  const text = Buffer.concat(chunks).toString('utf8');
  const parameters = parse(text, undefined, undefined, { maxKeys: MAX_PARAMETERS });
  return { kind: 'form', parameters: { ...parameters } as FormParameters };
}

/** True when a refused request still has more to send than is worth waiting for. */
export function hasLongBody(request: IncomingMessage): boolean {
  return (
    Number(request.headers['content-length'] ?? 0) > MAX_FORM_BYTES ||
    request.headers['transfer-encoding'] !== undefined
  );
}

/** Reads on for a moment without keeping anything; resolves at the end of the body, or when it has been enough. */
export function linger(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const enough = (): void => {
      clearTimeout(timer);
      request.pause();
      resolve();
    };
    const timer = setTimeout(enough, LINGER_MS);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LINGER_BYTES) enough();
    });
    request.once('end', enough);
    request.once('close', enough);
    request.resume();
  });
}
