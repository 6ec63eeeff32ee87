import type pg from 'pg';
import { z } from 'zod';
import { listeningClient } from './listening-client.ts';
import { logEvent, type Log } from './log.ts';
import { openPool } from './pool.ts';

/** Something of a business changed: ids only, whoever hears it reads the rows. */
export interface Change {
  /** What changed, e.g. `call`, `delivery`, `settings`. */
  readonly kind: string;
  readonly businessId: string;
  readonly callId?: string;
}

/** Who hears of a business's changes. */
export interface ChangeListener {
  onChange(change: Change): void;
  /** Changes may have been missed (the connection was down and is back): read again. */
  onGap?(): void;
}

/** Carries changes between processes. Best effort: who must not miss one reads again by cursor, or polls. */
export interface Events {
  /** Tells every process, within `PUBLISH_TOGETHER_MS`. Never rejects; a failure is logged. */
  publish(change: Change): Promise<void>;
  /** Hears the changes of one business, from any process, until the returned function is called. */
  subscribe(businessId: string, listener: ChangeListener): () => void;
  /** False while the connection is down; pages then poll. */
  isListening(): boolean;
  close(): Promise<void>;
}

/** Options of {@link openEvents}. */
export interface EventsOptions {
  /** Must reach the server directly (`DATABASE_DIRECT_URL`): LISTEN does not survive a transaction pooler. */
  readonly url: string;
  readonly log: Log;
  /** First wait before a reconnect, ms; doubled up to 5 s. Default 200. */
  readonly reconnectMs?: number;
}

const CHANNEL = 'prosaas_changes';
/** Milliseconds a change waits for others: each statement that notifies wakes every listening process once. */
export const PUBLISH_TOGETHER_MS = 20;
const MAX_RECONNECT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

const wireChange = z.object({ kind: z.string(), businessId: z.string(), callId: z.string().optional() });

/** Starts listening; resolves when the first connection stands, or rejects when there is none to be had. */
export async function openEvents(options: EventsOptions): Promise<Events> {
  const { log, url } = options;
  const listeners = new Map<string, Set<ChangeListener>>();
  const connectionLost = (err: unknown) => logEvent(log, 'events_connection_error', { err }, 'warn');
  const publisher = openPool(
    {
      connectionString: url,
      max: 1,
      application_name: 'prosaas-events',
      // One that hangs must not keep all later ones waiting.
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: CONNECT_TIMEOUT_MS,
    },
    connectionLost,
  );
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  let gathering: { readonly payloads: Set<string>; readonly sent: Promise<void> } | null = null;

  const tell = (listener: ChangeListener, call: (listener: ChangeListener) => void): void => {
    try {
      call(listener);
    } catch (err) {
      // One page's trouble must not keep the news from the others.
      logEvent(log, 'event_listener_failed', { err }, 'error');
    }
  };

  const receive = (payload: string): void => {
    const change = parseChange(payload);
    if (change === null) return logEvent(log, 'event_unreadable', {}, 'warn');
    for (const listener of listeners.get(change.businessId) ?? []) tell(listener, (to) => to.onChange(change));
  };

  const connect = async (): Promise<void> => {
    const next = await listeningClient({
      url,
      applicationName: 'prosaas-listen',
      channel: CHANNEL,
      onNotice: receive,
      onError: connectionLost,
    });
    next.once('end', () => {
      client = null;
      reconnect(options.reconnectMs ?? 200);
    });
    client = next;
  };

  const reconnect = (afterMs: number): void => {
    if (closed) return;
    retry = setTimeout(() => {
      connect().then(
        async () => {
          if (closed) return client?.end();
          logEvent(log, 'events_listening_again');
          for (const listener of [...listeners.values()].flatMap((set) => [...set]))
            tell(listener, (to) => to.onGap?.());
        },
        (err: unknown) => {
          logEvent(log, 'events_reconnect_failed', { err }, 'warn');
          reconnect(Math.min(afterMs * 2, MAX_RECONNECT_MS));
        },
      );
    }, afterMs);
  };

  try {
    await connect();
  } catch (error) {
    await publisher.end();
    throw error;
  }

  const sendGathered = async (payloads: ReadonlySet<string>): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, PUBLISH_TOGETHER_MS));
    gathering = null;
    try {
      await publisher.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [
        CHANNEL,
        [...payloads],
      ]);
    } catch (err) {
      logEvent(log, 'event_publish_failed', { changes: payloads.size, err }, 'warn');
    }
  };

  return {
    publish: ({ kind, businessId, callId }) => {
      const payload = JSON.stringify({ kind, businessId, callId });
      if (gathering === null) {
        const payloads = new Set<string>();
        gathering = { payloads, sent: sendGathered(payloads) };
      }
      const { payloads, sent } = gathering;
      // Said again, it is told once, in its later place.
      payloads.delete(payload);
      payloads.add(payload);
      return sent;
    },
    subscribe: (businessId, listener) => {
      const set = listeners.get(businessId) ?? new Set();
      listeners.set(businessId, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(businessId) === set) listeners.delete(businessId);
      };
    },
    isListening: () => client !== null,
    close: async () => {
      closed = true;
      clearTimeout(retry);
      // What was published is told before the line is hung up.
      await gathering?.sent;
      await Promise.all([client?.end(), publisher.end()]);
    },
  };
}

function parseChange(payload: string): Change | null {
  try {
    const { kind, businessId, callId } = wireChange.parse(JSON.parse(payload));
    return { kind, businessId, ...(callId === undefined ? {} : { callId }) };
  } catch {
    return null;
  }
}
