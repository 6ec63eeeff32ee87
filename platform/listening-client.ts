import pg from 'pg';

/** Ms until a connection that does not come up is given up. */
const CONNECT_TIMEOUT_MS = 5_000;

/** What is listened to, and who hears it. */
export interface Listening {
  /** Must reach the server directly (`DATABASE_DIRECT_URL`): LISTEN does not survive a transaction pooler. */
  readonly url: string;
  /** Names the connection among the server's. */
  readonly applicationName: string;
  readonly channel: string;
  readonly onNotice: (payload: string) => void;
  /** The connection broke; its `end` follows. */
  readonly onError: (error: unknown) => void;
}

/**
 * A connection that listens to one channel. Rejects when it cannot be had, and leaves none open then. Listening again
 * after its `end` is up to the caller, who knows what may have been missed.
 */
export async function listeningClient({
  url,
  applicationName,
  channel,
  onNotice,
  onError,
}: Listening): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  client.on('error', onError);
  client.on('notification', ({ payload }) => onNotice(payload ?? ''));
  try {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return client;
}
