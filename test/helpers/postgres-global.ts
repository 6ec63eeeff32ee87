import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../platform/db/embedded.ts';
import { migrate } from '../../platform/db/migrate.ts';
import { createLog } from '../../platform/log.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The run's server: connection string of the migrated database every test file copies. Superuser, loopback. */
    postgresUrl: string;
  }
}

/** One throw-away server per run; durability is traded for speed. Its database is migrated once, then only copied. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'prosaas-test-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    log: createLog({ level: 'error' }),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  await migrate(server.url);
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
