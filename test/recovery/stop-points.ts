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
export type Place =
  | {
      /** What follows BEFORE in CREATE TRIGGER. */
      readonly before: string;
      /** Of which rows, as a condition on NEW (or OLD, where rows are deleted). Default: all. */
      readonly when?: string;
    }
  | {
      /** The table of which the product reads a row, in a transaction that has written nothing yet. */
      readonly reading: string;
    };

/** Moments of the way from the end of a call to what becomes of it, as places of {@link StopPoints.hold}. */
export const PLACES = {
  /** In the transaction that ends the call. */
  end: { before: 'UPDATE OF ended_at ON calls', when: 'NEW.ended_at IS NOT NULL' },
  /** The job runs, nothing of it is written. */
  finalize: { before: 'UPDATE OF finalized_at ON calls', when: 'NEW.finalized_at IS NOT NULL' },
  /** The delivery is planned, its job runs, no attempt is written down and nothing is sent. */
  claim: { before: 'INSERT ON delivery_attempts' },
  /** The receiver has answered, nobody has noted it. */
  record: { before: 'UPDATE ON delivery_attempts' },
  /** The call's analysis runs, no model has been asked. */
  analyze: { reading: 'call_insights' },
  /** The model has answered, nothing of it is written. */
  insight: { before: 'UPDATE OF status ON call_insights', when: "NEW.status = 'done'" },
  /** The recording is in the store, its row does not say so. */
  stored: { before: 'UPDATE OF status ON recordings', when: "NEW.status = 'stored'" },
  /** Twilio has deleted its copy, nobody has noted it. */
  sourceDeleted: { before: 'UPDATE OF source_deleted_at ON recordings' },
  /** A purge has removed what the kinds of data had to lose, and comes to the rendered sentences. */
  purge: { before: 'DELETE ON rendered_speech' },
} as const satisfies Record<string, Place>;

let keys = 7_000;

export async function openStopPoints(databaseUrl: string): Promise<StopPoints> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return {
    async hold(businessId, place) {
      const key = ++keys;
      const name = `stop_${key}`;
      await client.query('SELECT pg_advisory_lock($1)', [key]);
      await client.query(
        'reading' in place ? policyAt(name, key, businessId, place) : triggerAt(name, key, businessId, place),
      );
      return {
        reached: () =>
          vi.waitFor(
            async () => {
              const { rowCount } = await client.query(
                `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
                [key],
              );
              if (rowCount === 0) throw new Error(`nobody has come to: ${JSON.stringify(place)}`);
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

function triggerAt(name: string, key: number, businessId: string, place: Extract<Place, { before: string }>): string {
  const { before, when = 'true' } = place;
  const row = before.startsWith('DELETE') ? 'OLD' : 'NEW';
  return `
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock_shared(${key}); RETURN ${row}; END $$;
    CREATE TRIGGER ${name} BEFORE ${before} FOR EACH ROW
    WHEN (${row}.business_id = '${businessId}' AND ${when}) EXECUTE FUNCTION ${name}()`;
}

/** Who only reads comes by no trigger; a row policy of the product's own role is asked all the same. */
function policyAt(name: string, key: number, businessId: string, place: Extract<Place, { reading: string }>): string {
  return `
    CREATE FUNCTION ${name}(whose uuid) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      IF whose = '${businessId}' AND pg_current_xact_id_if_assigned() IS NULL AND current_query() NOT LIKE '%FOR UPDATE%' THEN
        PERFORM pg_advisory_xact_lock_shared(${key});
      END IF;
      RETURN true;
    END $$;
    CREATE POLICY ${name} ON ${place.reading} AS RESTRICTIVE FOR SELECT TO prosaas_app USING (${name}(business_id))`;
}
