import type { ReceiverProgram, ReceiverStep } from '../../sandbox/receiver/index.ts';
import type { Random } from './random.ts';

/** A delivery is given up after eight attempts; a receiver that fails by chance must not fail one that often. */
const MAX_FAILURES_OF_ONE = 6;

/**
 * Fails a share (0–1) of the requests. What fails first gets a 500 or a broken connection, and comes back after about
 * five seconds; what fails again is told to come back in a second, so that the whole need not last an hour.
 */
export function failingReceiver(random: Random, share: number): ReceiverProgram {
  const failures = new Map<string, number>();
  return ({ headers }): ReceiverStep => {
    const key = String(headers['idempotency-key']);
    const before = failures.get(key) ?? 0;
    if (random() >= share || before >= MAX_FAILURES_OF_ONE) return { kind: 'answer' };
    failures.set(key, before + 1);
    if (before > 0) return { kind: 'retry_after', status: 503, after: 1 };
    return random() < 0.5 ? { kind: 'drop' } : { kind: 'answer', status: 500 };
  };
}
