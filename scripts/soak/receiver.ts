import { Webhook } from 'standardwebhooks';
import type { ReceiverProgram, ReceiverStep } from '../../sandbox/receiver/index.ts';
import type { Random } from './random.ts';

/** A delivery is given up after eight attempts; a receiver that fails by chance must not fail one that often. */
const MAX_FAILURES_OF_ONE = 6;

/**
 * Fails a share (0–1) of the requests. What fails first gets a 500 or a broken connection, and comes back after about
 * five seconds; what fails again is told to come back in a second, so that the whole need not last an hour.
 */
export function failingReceiver(random: Random, share: number): (key: string) => ReceiverStep {
  const failures = new Map<string, number>();
  return (key) => {
    const before = failures.get(key) ?? 0;
    if (random() >= share || before >= MAX_FAILURES_OF_ONE) return { kind: 'answer' };
    failures.set(key, before + 1);
    if (before > 0) return { kind: 'retry_after', status: 503, after: 1 };
    return random() < 0.5 ? { kind: 'drop' } : { kind: 'answer', status: 500 };
  };
}

/** A receiver that fails by chance and holds every request on the webhook's path against the webhook's secret. */
export function checkingReceiver(options: {
  readonly random: Random;
  readonly failShare: number;
  readonly webhook: { readonly path: string; readonly secret: string };
}): { readonly program: ReceiverProgram; unsigned(): number } {
  const answer = failingReceiver(options.random, options.failShare);
  const signed = new Webhook(options.webhook.secret);
  let unsigned = 0;
  return {
    unsigned: () => unsigned,
    program: ({ path, headers, rawBody }) => {
      if (path === options.webhook.path) {
        try {
          signed.verify(rawBody, headers as Record<string, string>);
        } catch {
          // Whatever it throws, the request is not from us.
          unsigned++;
        }
      }
      return answer(String(headers['idempotency-key']));
    },
  };
}
