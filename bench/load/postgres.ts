import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../platform/db/embedded.ts';
import { migrate } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';

/** A server as durable as a real one, with a migrated database, in a folder that is gone when it is closed. */
export interface BenchPostgres {
  readonly url: string;
  close(): Promise<void>;
}

export async function benchPostgres(): Promise<BenchPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'prosaas-bench-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    log: createLog({ level: 'warn', destination: process.stderr }),
  });
  await migrate(server.url);
  return {
    url: server.url,
    async close() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
