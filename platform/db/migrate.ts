import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { AppError } from '../errors.ts';

/** The advisory lock `prisma migrate` takes, so that its command line and this runner wait for each other. */
const MIGRATION_LOCK = 72707369;

/** A server-wide catalog row (a role) was changed by another database's migration at the same moment. */
const CONCURRENT_UPDATE = 'XX000';
const ATTEMPTS = 5;

/** The table and its columns exactly as Prisma makes them. */
const LEDGER = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file, hex. */
  readonly checksum: string;
}

/** Options of {@link migrate}. */
export interface MigrateOptions {
  /** Folder with one folder per migration. Default: `prisma/migrations` of the checkout this module runs in. */
  readonly folder?: string;
}

/**
 * Applies the migrations of `prisma/migrations` that the database has not seen, in the order of their names, each in a
 * transaction of its own. Safe to call from several processes at once. `url` must reach the server directly: a
 * transaction pooler breaks the advisory lock.
 *
 * Throws `migration_edited` when an applied migration's file has changed since, `migration_unfinished` when Prisma's
 * command line left one half applied, `migration_failed` when a migration's SQL fails (nothing of it stays).
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const migrations = readMigrations(options.folder ?? findMigrationsFolder());
  const client = new pg.Client({ connectionString: url, application_name: 'prosaas-migrate' });
  // A connection that drops also rejects the query under way; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return { applied: await applyPending(client, migrations) };
  } finally {
    // Ends the session and with it the lock.
    await client.end();
  }
}

async function applyPending(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query("SET client_min_messages TO 'warning'");
  await client.query(LEDGER);
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const seen = new Map(rows.map((row) => [row.migration_name, row]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const row = seen.get(migration.name);
    if (row === undefined) {
      await applyOne(client, migration);
      applied.push(migration.name);
    } else if (row.finished_at === null) {
      throw new AppError('migration_unfinished', { permanent: true, details: { migration: migration.name } });
    } else if (row.checksum !== migration.checksum) {
      throw new AppError('migration_edited', { permanent: true, details: { migration: migration.name } });
    }
  }
  return applied;
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const startedAt = new Date();
    try {
      await client.query('BEGIN');
      await client.query(migration.sql);
      await client.query(
        `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
         VALUES ($1, $2, clock_timestamp(), $3, $4, 1)`,
        [randomUUID(), migration.checksum, migration.name, startedAt],
      );
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK');
      if (attempt < ATTEMPTS && error instanceof pg.DatabaseError && error.code === CONCURRENT_UPDATE) continue;
      throw new AppError('migration_failed', { permanent: true, cause: error, details: { migration: migration.name } });
    }
  }
}

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'migration.sql')))
    .map((entry) => {
      const bytes = readFileSync(join(folder, entry.name, 'migration.sql'));
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return { name: entry.name, sql: bytes.toString('utf8'), checksum };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Upwards from this module, so that it is found from the sources and from a bundle under `build/` alike. */
function findMigrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'prisma', 'migrations');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) throw new AppError('migrations_not_found', { permanent: true });
  }
}
