import pg from 'pg';
import { startEmbeddedPostgres } from './embedded.ts';
import { migrate, openDatabase, type Database } from './index.ts';
import type { Env } from '../env.ts';
import { AppError, isAppError } from '../errors.ts';
import { logEvent, type Log } from '../log.ts';

/** Where the embedded server keeps its data when `DATABASE_URL` is not set, from the checkout's root. */
const EMBEDDED_DATA = '.data/postgres';

/** The database of this process. */
export interface ProcessDatabase {
  readonly db: Database;
  /** Reaches the server directly: for the queue and for LISTEN. */
  readonly directUrl: string;
  close(): Promise<void>;
}

/** A database that starts together with us gets this long to answer. */
const REACH_LIMIT_MS = 30_000;
const REACH_EVERY_MS = 1000;
/** It is not there, cannot be found, is shutting down or only just starting: worth waiting for. A wrong password is not. */
const NOT_THERE_YET = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'ECONNRESET'],
  ...['57P01', '57P02', '57P03'],
]);

/** Waits until the database answers, saying so. Throws `database_unreachable` after half a minute. */
async function reachable(url: string, log: Log): Promise<void> {
  const { host } = new URL(url);
  const deadline = performance.now() + REACH_LIMIT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined); // rejects below as well
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!NOT_THERE_YET.has(code)) throw error;
      if (performance.now() > deadline)
        throw new AppError('database_unreachable', { cause: error, details: { host, code } });
      logEvent(log, 'database_unreachable', { host, code }, 'warn');
      await new Promise((resolve) => setTimeout(resolve, REACH_EVERY_MS));
    }
  }
}

/** For a composition root: says in one line why the process cannot start without this, and ends it. */
export function exitAtStart(log: Log): (error: unknown) => never {
  return (error) => {
    const facts = isAppError(error) ? { code: error.code, ...error.details } : { err: error };
    logEvent(log, 'start_failed', facts, 'fatal');
    process.exit(1);
  };
}

/**
 * Opens the migrated database the environment names, or starts (or joins) the embedded one when it names none.
 * Migrating is safe beside other processes that do the same.
 */
export async function openProcessDatabase(
  env: Pick<Env, 'databaseUrl' | 'databaseDirectUrl'>,
  log: Log,
  maxConnections?: number,
): Promise<ProcessDatabase> {
  const embedded = env.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: EMBEDDED_DATA, log }) : null;
  const url = embedded?.url ?? env.databaseUrl ?? '';
  const directUrl = env.databaseDirectUrl ?? url;
  try {
    if (embedded === null) await reachable(directUrl, log);
    await migrate(directUrl);
    const db = await openDatabase({
      url,
      ...(maxConnections === undefined ? {} : { maxConnections }),
      onConnectionError: (err) => logEvent(log, 'database_connection_error', { err }, 'warn'),
    });
    return {
      db,
      directUrl,
      close: async () => {
        await db.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
