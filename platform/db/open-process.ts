import { startEmbeddedPostgres } from './embedded.ts';
import { migrate, openDatabase, type Database } from './index.ts';
import type { Env } from '../env.ts';
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
