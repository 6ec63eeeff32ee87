import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import type { Database } from '../platform/db/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import { type RehearsalOptions, rehearseCall } from './rehearsal.ts';

/** Connections that stand when the first callers come. */
const CONNECTIONS = 4;
/** A webhook of Twilio's that is answered without looking anything up. */
const PATH = '/webhook/stream_ended';
/** The start does not wait longer for it. */
const REQUEST_LIMIT_MS = 2000;

export interface WarmUpOptions extends RehearsalOptions {
  readonly publicUrl: string;
  readonly authToken: string;
  readonly log: Log;
  /** Where the server listens by now. */
  readonly address: AddressInfo;
}

/** Does everything once that a first caller would otherwise wait for. Never rejects: a cold start is a start too. */
export async function warmUp(options: WarmUpOptions): Promise<void> {
  const { db, log } = options;
  const begun = performance.now();
  try {
    // Twice: what runs once is compiled lazily, and comes into full use only the next time.
    for (let round = 0; round < 2; round++) {
      await rehearseCall(options);
      await askWebhook(options);
    }
    await openConnections(db);
    logEvent(log, 'warmed_up', { durationMs: Math.round(performance.now() - begun) }, 'debug');
  } catch (err) {
    logEvent(log, 'warm_up_failed', { err }, 'warn');
  }
}

async function openConnections(db: Database): Promise<void> {
  await Promise.all(Array.from({ length: CONNECTIONS }, () => db.withIdentity((tx) => tx.$queryRaw`SELECT 1`)));
}

/** A signed webhook to ourselves, through the server's own port. */
function askWebhook({ publicUrl, authToken, address }: WarmUpOptions): Promise<void> {
  const form = { CallSid: 'rehearsal' };
  const signature = twilio.getExpectedTwilioSignature(authToken, `${publicUrl.replace(/\/+$/u, '')}${PATH}`, form);
  const body = new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: reachable(address),
        port: address.port,
        path: PATH,
        method: 'POST',
        agent: false,
        timeout: REQUEST_LIMIT_MS,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'x-twilio-signature': signature,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`warm-up answered ${response.statusCode ?? 0}`)),
        );
        response.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('warm-up not answered')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An address that means "all of them" is reached over loopback. */
function reachable({ address }: AddressInfo): string {
  return address === '::' || address === '0.0.0.0' ? 'localhost' : address;
}
