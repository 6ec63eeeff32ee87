import type pg from 'pg';
import { OUTBOX_CHANNEL } from '../domain/deliveries/index.ts';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import { listeningClient } from '../platform/listening-client.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';

const RECONNECT_MS = 1_000;
const NOTICE = /^([0-9a-f-]{36})\/([0-9a-f-]{36})$/;

/**
 * Hands outbox rows to the queue the moment they are committed, by whichever process. Best effort: what is missed, also
 * while the connection is down, is found by the sweep seconds later. `url` must reach the server directly.
 */
export function listenToOutbox(
  { db, queue, log, clock }: Pick<WorkerContext, 'db' | 'queue' | 'log' | 'clock'>,
  url: string,
): { close(): Promise<void> } {
  let closed = false;
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  const running = new Set<Promise<unknown>>();

  const take = (payload: string): void => {
    const [, businessId, outboxId] = NOTICE.exec(payload) ?? [];
    if (businessId === undefined || outboxId === undefined) return;
    const work = dispatchOutbox(db, queue, businessId, outboxId, clock.now())
      .catch((err: unknown) => logEvent(log, 'outbox_dispatch_failed', { businessId, outboxId, err }, 'warn'))
      .finally(() => running.delete(work));
    running.add(work);
  };

  const connect = async (): Promise<void> => {
    const next = await listeningClient({
      url,
      applicationName: 'prosaas-outbox',
      channel: OUTBOX_CHANNEL,
      onNotice: take,
      onError: (err) => logEvent(log, 'outbox_connection_error', { err }, 'warn'),
    });
    next.once('end', again);
    client = next;
    if (closed) await next.end();
  };

  const again = (): void => {
    if (closed) return;
    retry = setTimeout(() => {
      connect().catch((err: unknown) => {
        logEvent(log, 'outbox_connection_error', { err }, 'warn');
        again();
      });
    }, RECONNECT_MS);
  };

  connect().catch((err: unknown) => {
    logEvent(log, 'outbox_connection_error', { err }, 'warn');
    again();
  });
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => undefined);
      await Promise.all(running);
    },
  };
}
