import type { Database } from '../../platform/db/index.ts';

/** What the product needs to take calls and to hand on what they brought. */
export type Part = 'telephony' | 'model' | 'queue' | 'deliveries' | 'database';
/** `unknown`: nothing happened lately that would tell. It is never shown as if it were fine. */
export type PartState = 'ok' | 'trouble' | 'unknown';

/** What was seen of each part, by the business's own traffic. */
export interface HealthFacts {
  /** When the last call came in or went out: the last signed word from the telephone company. */
  readonly lastCallAt: Date | null;
  /** When the last call began in which the model spoke or heard, of the newest calls. */
  readonly lastAnsweredAt: Date | null;
  /** Whether the model's account is refused at the moment. */
  readonly modelRefused: boolean;
  /** Deliveries that wait, be it for their first attempt or for the next one. */
  readonly waiting: number;
  /** Since when the longest one has been due; null when none is. */
  readonly dueSince: Date | null;
  /** Jobs (finalising, analysing, rendering) that no queue has taken yet. */
  readonly jobsWaiting: number;
  /** Since when the oldest of them waits; null when none does. */
  readonly jobsSince: Date | null;
}

/** The state of each part and the facts it follows from. */
export interface Health {
  readonly states: Readonly<Record<Part, PartState>>;
  readonly facts: HealthFacts;
}

/** Ms after which what was seen says nothing about now. */
const FRESH_MS = 24 * 3600_000;
/** Ms a delivery may be due, and a job may wait for the queue, before something is wrong: twice the time after which a sweep finds lost ones. */
const OVERDUE_MS = 60_000;

/** Calls looked through for one in which the model took part; were there none in these, its answer is long past. */
const NEWEST = 200;

/** What follows from the facts at `now`. That they could be read at all speaks for the database. */
export function judge(facts: HealthFacts, now: Date): Health['states'] {
  const seen = (at: Date | null): PartState =>
    at !== null && now.getTime() - at.getTime() < FRESH_MS ? 'ok' : 'unknown';
  const overdue = (since: Date | null): PartState =>
    since !== null && now.getTime() - since.getTime() > OVERDUE_MS ? 'trouble' : 'ok';
  return {
    telephony: seen(facts.lastCallAt),
    model: facts.modelRefused ? 'trouble' : seen(facts.lastAnsweredAt),
    queue: overdue(facts.jobsSince),
    deliveries: overdue(facts.dueSince),
    database: 'ok',
  };
}

/** Trouble anywhere is trouble; what nobody knows is not fine. */
export function worstOf(states: Health['states']): PartState {
  const all = Object.values(states);
  return all.includes('trouble') ? 'trouble' : all.includes('unknown') ? 'unknown' : 'ok';
}

interface Row {
  last_call_at: Date | null;
  last_answered_at: Date | null;
  model_refused: boolean;
  waiting: number;
  due_since: Date | null;
  jobs_waiting: number;
  jobs_since: Date | null;
}

/** How the parts are doing for a business, by what it has seen of them. */
export async function readHealth(db: Database, businessId: string, now: Date): Promise<Health> {
  const at = now.toISOString();
  const [row] = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT
        (SELECT max(started_at) FROM calls WHERE business_id = ${businessId}::uuid) AS last_call_at,
        (SELECT max(newest.started_at) FROM (SELECT started_at, usage FROM calls WHERE business_id = ${businessId}::uuid
          ORDER BY started_at DESC LIMIT ${NEWEST}::int) newest WHERE newest.usage <> '[]'::jsonb) AS last_answered_at,
        EXISTS (SELECT 1 FROM alerts WHERE business_id = ${businessId}::uuid AND resolved_at IS NULL
          AND kind IN ('model_quota', 'model_key')) AS model_refused,
        (SELECT count(*)::int FROM deliveries
          WHERE business_id = ${businessId}::uuid AND status = 'pending') AS waiting,
        (SELECT min(next_attempt_at) FROM deliveries WHERE business_id = ${businessId}::uuid
          AND status = 'pending' AND next_attempt_at < ${at}::timestamptz) AS due_since,
        jobs.waiting AS jobs_waiting, jobs.since AS jobs_since
      FROM (SELECT count(*)::int AS waiting, min(created_at) AS since FROM outbox
        WHERE business_id = ${businessId}::uuid AND dispatched_at IS NULL) jobs`,
  );
  const facts: HealthFacts = {
    lastCallAt: row?.last_call_at ?? null,
    lastAnsweredAt: row?.last_answered_at ?? null,
    modelRefused: row?.model_refused ?? false,
    waiting: row?.waiting ?? 0,
    dueSince: row?.due_since ?? null,
    jobsWaiting: row?.jobs_waiting ?? 0,
    jobsSince: row?.jobs_since ?? null,
  };
  return { states: judge(facts, now), facts };
}
