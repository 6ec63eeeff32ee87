import pg from 'pg';
import { Histogram } from './histogram.ts';

/** How long after the hang-up each stage of the way to the delivery was reached, ms. */
export interface Stages {
  /** End and transcript are written. */
  readonly settledMs: ReturnType<Histogram['summary']>;
  /** The transcript is final and the delivery planned. */
  readonly finalizedMs: ReturnType<Histogram['summary']>;
  /** The answer of the receiver is written down. */
  readonly recordedMs: ReturnType<Histogram['summary']>;
}

/** Reads the stages of all calls that ended after `since` (wall clock, ms) from the database itself. */
export async function readStages(databaseUrl: string, since: number): Promise<Stages> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ settled: Date | null; finalized: Date | null; recorded: Date | null }>(
      `SELECT c.transcripts_settled_at AS settled, c.finalized_at AS finalized, d.finished_at AS recorded
       FROM calls c LEFT JOIN deliveries d ON d.call_id = c.id WHERE c.ended_at >= $1`,
      [new Date(since)],
    );
    const after = (key: 'settled' | 'finalized' | 'recorded') => {
      const histogram = new Histogram();
      for (const row of rows) {
        const at = row[key];
        if (at !== null) histogram.add(at.getTime() - since);
      }
      return histogram.summary();
    };
    return { settledMs: after('settled'), finalizedMs: after('finalized'), recordedMs: after('recorded') };
  } finally {
    await client.end();
  }
}
