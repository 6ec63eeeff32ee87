import { createPostgresBackend, runMigrations, type BackendFactory, type IQueueBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { logEvent, type Log } from '../log.ts';
import { openPool } from '../pool.ts';

/** Where the jobs are kept: on Redis when `redisUrl` is given, else in the database. */
export interface QueueConnectionOptions {
  readonly redisUrl?: string | undefined;
  /** Must reach the server directly: waiting workers are woken by NOTIFY, which a transaction pooler breaks. */
  readonly databaseUrl: string;
  readonly log: Log;
}

/** What BullMQ's classes need, and how to let go of it when they are closed. */
export interface QueueConnection {
  /** Options of every queue and worker on this connection. */
  readonly options: { readonly connection: object; readonly prefix?: string };
  /** Third argument of every queue and worker; undefined means Redis. */
  readonly backend: BackendFactory<IQueueBackend, object> | undefined;
  /** Told each time a lost connection stands again: the server may have come back empty. */
  onReturn(tell: () => void): void;
  close(): Promise<void>;
}

/** The schema BullMQ keeps its tables in. */
const SCHEMA = 'bullmq';
const REDIS_PREFIX = 'prosaas';
/** Ms a worker waits on for a closed pool's connections before it gives up. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens one connection (Redis) or one capped pool (PostgreSQL) for all queues or workers of a process. `forWorkers` is
 * the number of workers: each keeps a connection of the pool to itself, to be woken.
 */
export async function openQueueConnection(
  options: QueueConnectionOptions,
  forWorkers: number,
): Promise<QueueConnection> {
  if (options.redisUrl !== undefined) return openRedis(options.redisUrl, options.log, forWorkers > 0);
  return openPostgres(options.databaseUrl, options.log, forWorkers);
}

function openRedis(url: string, log: Log, forWorkers: boolean): QueueConnection {
  // A worker waits for Redis to come back for as long as it takes; who enqueues is told soon, and the sweep enqueues later.
  const redis = new Redis(url, { maxRetriesPerRequest: forWorkers ? null : 2, connectTimeout: CONNECT_TIMEOUT_MS });
  redis.on('error', (err: Error) => logEvent(log, 'queue_connection_error', { backend: 'redis', err }, 'warn'));
  return {
    options: { connection: redis, prefix: REDIS_PREFIX },
    backend: undefined,
    onReturn: (tell) => {
      let lost = false;
      redis.on('close', () => (lost = true));
      redis.on('ready', () => {
        if (lost) tell();
        lost = false;
      });
    },
    close: async () => {
      // quit() would wait for a server that is away.
      if (redis.status === 'ready') await redis.quit();
      else redis.disconnect();
    },
  };
}

async function openPostgres(databaseUrl: string, log: Log, forWorkers: number): Promise<QueueConnection> {
  const pool = openPool(
    {
      connectionString: withSearchPath(databaseUrl),
      max: forWorkers === 0 ? 2 : forWorkers + 3,
      application_name: 'prosaas-queue',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    },
    (err) => logEvent(log, 'queue_connection_error', { backend: 'postgres', err }, 'warn'),
  );
  // BullMQ listens on the pool as well, once for each queue and worker.
  pool.setMaxListeners(0);
  try {
    const client = await pool.connect();
    try {
      await runMigrations(client, SCHEMA);
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    options: { connection: pool },
    backend: createPostgresBackend as unknown as BackendFactory<IQueueBackend, object>,
    // What stands in the database lasts.
    onReturn: () => undefined,
    close: () => pool.end(),
  };
}

/** BullMQ's SQL names its tables without a schema; on a pool of ours the search path is ours to set. */
function withSearchPath(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const before = url.searchParams.get('options');
  url.searchParams.set('options', `${before === null ? '' : `${before} `}-c search_path=${SCHEMA}`);
  return url.href;
}
