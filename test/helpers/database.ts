import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Database } from '../../platform/db/index.ts';
import { asSuperuserOf } from './superuser.ts';

/** A database of a test file's own. */
export interface TestDatabase {
  readonly db: Database;
  /** Superuser's connection string, for what a test must see or set past row-level security. */
  readonly url: string;
  /** Closes and drops it. */
  close(): Promise<void>;
}

/** Copies the migrated template: about 50 ms. Call in `beforeAll`, close in `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  const { url, drop } = await copiedDatabase();
  const db = await openDatabase({ url, maxConnections: 5 });
  return {
    db,
    url,
    close: async () => {
      await db.close();
      await drop();
    },
  };
}

/** A copy of the migrated template that nothing has opened yet. */
export function copiedDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  return freshDatabase(new URL(inject('postgresUrl')).pathname.slice(1));
}

/** An empty database on the run's server, not migrated (or a copy of `template`). */
export async function freshDatabase(template = 'template1'): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: databaseUrl(name),
    drop: async () => {
      await asSuperuser((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** Runs `work` on the server's maintenance database, as the superuser. */
export function asSuperuser<T>(work: (client: pg.Client) => Promise<T>, url = databaseUrl('postgres')): Promise<T> {
  return asSuperuserOf(url, work);
}

function databaseUrl(name: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
}
