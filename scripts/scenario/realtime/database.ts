import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../platform/db/embedded.ts';
import { type Database, migrate, openDatabase } from '../../../platform/db/index.ts';
import { createLog } from '../../../platform/log.ts';

/** A migrated database that is gone with {@link close}. */
export interface ThrowAwayDatabase {
  readonly db: Database;
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a PostgreSQL of its own; durability is traded for speed, since nothing outlives it. */
export async function throwAwayDatabase(): Promise<ThrowAwayDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-scenario-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    log: createLog({ level: 'error', destination: process.stderr }),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  await migrate(server.url);
  const db = await openDatabase({ url: server.url, maxConnections: 4 });
  return {
    db,
    url: server.url,
    async close() {
      await db.close();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
