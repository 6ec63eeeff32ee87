import pg from 'pg';
import { vi } from 'vitest';

/**
 * Places at which a process of the product is made to stand still, from outside: a trigger in the test's own database
 * waits for an advisory lock that the test holds. The process can then be killed at exactly that place.
 */
export interface StopPoints {
  /** Everything this business does at `place` waits from now on. */
  hold(businessId: string, place: Place): Promise<StopPoint>;
  /** Runs a query past row-level security. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface StopPoint {
  /** Resolves when a transaction stands at the place. */
  reached(): Promise<void>;
  /** Lets everything pass from now on. */
  release(): Promise<void>;
}

/** Where to stand still. */
export interface Place {
  /** What follows BEFORE in CREATE TRIGGER. */
  readonly before: string;
  /** Of which rows, as a condition on NEW. Default: all. */
  readonly when?: string;
}

/** Moments of the way from the end of a call to its delivery, as places of {@link StopPoints.hold}. */
export const PLACES = {
  /** In the transaction that ends the call. */
  end: { before: 'UPDATE OF ended_at ON calls', when: 'NEW.ended_at IS NOT NULL' },
  /** The job runs, nothing of it is written. */
  finalize: { before: 'UPDATE OF finalized_at ON calls', when: 'NEW.finalized_at IS NOT NULL' },
  /** The delivery is planned, its job runs, no attempt is written down and nothing is sent. */
  claim: { before: 'INSERT ON delivery_attempts' },
  /** The receiver has answered, nobody has noted it. */
  record: { before: 'UPDATE ON delivery_attempts' },
} as const satisfies Record<string, Place>;

let keys = 7_000;

export async function openStopPoints(databaseUrl: string): Promise<StopPoints> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    async hold(businessId, { before, when = 'true' }) {
      const key = ++keys;
      const name = `stop_${key}`;
      await client.query('SELECT pg_advisory_lock($1)', [key]);
      await client.query(`
        CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_xact_lock_shared(${key}); RETURN NEW; END $$`);
      await client.query(`
        CREATE TRIGGER ${name} BEFORE ${before} FOR EACH ROW
        WHEN (NEW.business_id = '${businessId}' AND ${when}) EXECUTE FUNCTION ${name}()`);
      return {
        reached: () =>
          vi.waitFor(
            async () => {
              const { rowCount } = await client.query(
                `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
                [key],
              );
              if (rowCount === 0) throw new Error(`nobody has come to: ${before}`);
            },
            { timeout: 20_000, interval: 20 },
          ),
        release: async () => void (await client.query('SELECT pg_advisory_unlock($1)', [key])),
      };
    },
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...values])).rows,
    close: () => client.end(),
  };
}
