import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, systemActor } from '../audit/index.ts';
import type { Settings } from '../settings/index.ts';
import type { DataKind } from './kind.ts';
import { DATA_KINDS } from './kinds.ts';
import { retentionSetting } from './terms.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows of one transaction: a moment's work, so that nobody waits for it. */
const BATCH = 200;
/** Runs of a business are remembered for so long, days. */
const RUNS_KEPT_DAYS = 365;

/** Kind of data → how much of it went. */
export type PurgeCounts = Readonly<Record<string, number>>;

/** A run that has not said anything for so long is dead, ms: more than a job may take. */
const DEAD_AFTER_MS = 15 * 60_000;

/** What a run did for a business. */
export interface PurgeOutcome {
  readonly runId: string;
  readonly counts: PurgeCounts;
  /** False when it was stopped before everything that is due had gone: the next run goes on. */
  readonly complete: boolean;
}

/** What else a run removes, by the knowledge of whoever asks for it: all at once, when the kinds are done. */
export interface PurgedBesides {
  /** snake_case; labelled in kinds.ts. */
  readonly name: string;
  /** Returns how much went. */
  readonly purge: (tx: Tx) => Promise<number>;
}

/** Days a business keeps a kind of data; null: for ever. */
export function daysKept({ name, retention }: DataKind, settings: Settings): number | null {
  if (retention === undefined) return null;
  if (retention.days !== 'business') return retention.days;
  const days = settings[retentionSetting(name)];
  return typeof days === 'number' ? days : null;
}

/**
 * Removes what a business has kept for long enough, some rows a transaction, until nothing is left or `isStopped`.
 * What is gone is gone, and is counted in the transaction in which it goes: a run that dies is taken up by the next one,
 * which also writes into the audit log what the dead one removed.
 */
export async function purgeBusiness(
  db: Database,
  businessId: string,
  settings: Settings,
  options: {
    readonly now: Date;
    readonly isStopped: () => boolean;
    readonly batch?: number;
    readonly besides?: readonly PurgedBesides[];
  },
): Promise<PurgeOutcome> {
  const { now, isStopped, batch = BATCH, besides = [] } = options;
  const runId = await beginRun(db, businessId, now);
  const counts: Record<string, number> = {};
  const step = async (name: string, purge: (tx: Tx) => Promise<number>): Promise<number> => {
    const removed = await db.withBusiness(businessId, async (tx) => {
      const gone = await purge(tx);
      if (gone > 0) await count(tx, businessId, runId, name, gone);
      return gone;
    });
    if (removed > 0) counts[name] = (counts[name] ?? 0) + removed;
    return removed;
  };
  for (const kind of DATA_KINDS) {
    const { retention } = kind;
    const days = daysKept(kind, settings);
    if (retention === undefined || days === null) continue;
    const before = new Date(now.getTime() - days * DAY_MS);
    for (let removed = batch; removed >= batch;) {
      if (isStopped()) return { runId, counts, complete: false };
      removed = await step(kind.name, (tx) => retention.purge(tx, businessId, before, batch, now));
    }
  }
  for (const { name, purge } of besides) {
    if (isStopped()) return { runId, counts, complete: false };
    await step(name, purge);
  }
  return { runId, counts, complete: true };
}

/** A row for what is about to be removed. What runs removed that died is told to the audit log first. */
async function beginRun(db: Database, businessId: string, now: Date): Promise<string> {
  return db.withBusiness(businessId, async (tx) => {
    const dead = await tx.$queryRaw<{ id: string; counts: PurgeCounts }[]>`
      SELECT id, counts FROM purge_runs
      WHERE business_id = ${businessId}::uuid AND audited_at IS NULL
        AND finished_at < now() - ${DEAD_AFTER_MS}::int * interval '1 millisecond'
      FOR UPDATE SKIP LOCKED`;
    for (const run of dead) await tellAudit(tx, businessId, run.id, run.counts, now);
    const data = { businessId, startedAt: now, finishedAt: new Date(), counts: {}, complete: false };
    return (await tx.purgeRun.create({ data, select: { id: true } })).id;
  });
}

async function count(tx: Tx, businessId: string, runId: string, kind: string, removed: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE purge_runs SET finished_at = now(), counts = counts || jsonb_build_object(
      ${kind}::text, coalesce((counts ->> ${kind}::text)::int, 0) + ${removed}::int)
    WHERE id = ${runId}::uuid AND business_id = ${businessId}::uuid`;
}

async function tellAudit(tx: Tx, businessId: string, runId: string, counts: PurgeCounts, at: Date): Promise<void> {
  await tx.purgeRun.updateMany({ where: { id: runId, businessId }, data: { auditedAt: at } });
  if (Object.keys(counts).length === 0) return;
  const actor = systemActor('retention-purge');
  await audit(tx, { businessId, actor, action: 'retention.purged', before: null, after: { counts } });
}

/** Ends a run: the business sees it as it is, and the audit log is told where it removed anything. */
export async function notePurge(
  db: Database,
  businessId: string,
  run: PurgeOutcome & { readonly finishedAt: Date },
): Promise<void> {
  const { runId, counts, complete, finishedAt } = run;
  await db.withBusiness(businessId, async (tx) => {
    const data = { finishedAt, counts: { ...counts }, complete };
    const { count: open } = await tx.purgeRun.updateMany({ where: { id: runId, businessId, auditedAt: null }, data });
    // Taken for dead, and told already.
    if (open === 0) return;
    await tellAudit(tx, businessId, runId, counts, finishedAt);
    await tx.purgeRun.deleteMany({
      where: { businessId, startedAt: { lt: new Date(finishedAt.getTime() - RUNS_KEPT_DAYS * DAY_MS) } },
    });
  });
}

/** The latest run of a business, and the latest that removed something; null before there was one. */
export async function lastPurge(
  db: Database,
  businessId: string,
): Promise<{ readonly at: Date; readonly counts: PurgeCounts; readonly complete: boolean } | null> {
  const run = await db.withBusiness(businessId, (tx) =>
    tx.purgeRun.findFirst({ where: { businessId }, orderBy: { startedAt: 'desc' } }),
  );
  if (run === null) return null;
  // Sound: written by notePurge.
  return { at: run.finishedAt, counts: run.counts as PurgeCounts, complete: run.complete };
}

/** Ids of the businesses behind `after`, in order, at most `max`. */
export async function businessesToPurge(db: Database, after: string | null, max: number): Promise<string[]> {
  const rows = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string }[]>`
      SELECT business_id FROM businesses_to_purge(${after}::uuid, ${max}::int)`,
  );
  return rows.map((row) => row.business_id);
}

/** Sessions and password links that ended this long ago are of no use to anybody, days. */
const ENDED_DAYS = 7;

/** Forgets sessions and password links that have ended; at most `max` of each. Returns how many of each. */
export async function purgeEndedSignIns(db: Database, now: Date, max: number): Promise<PurgeCounts> {
  const before = new Date(now.getTime() - ENDED_DAYS * DAY_MS).toISOString();
  return db.withIdentity(async (tx) => ({
    sessions: await tx.$executeRaw`
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE expires_at < ${before}::timestamptz LIMIT ${max}::int)`,
    password_resets: await tx.$executeRaw`
      DELETE FROM password_resets WHERE id IN (
        SELECT id FROM password_resets WHERE expires_at < ${before}::timestamptz LIMIT ${max}::int)`,
  }));
}
