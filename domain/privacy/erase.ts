import { randomUUID } from 'node:crypto';
import { deriveKey, hmacToken } from '../../platform/crypto.ts';
import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { lastTwo } from '../phone/last-digits.ts';
import { DATA_KINDS, type Subject } from '../retention/index.ts';
import { callsOfSubject } from '../retention/subject.ts';
import { isInCall } from './subject.ts';

/** The job that goes on with an erasure that was too large for one request. */
export const SUBJECT_ERASE = 'subject-erase';
/** Calls of one transaction. */
const CALLS_TOGETHER = 50;

/** An erasure as its confirmation tells it. */
export interface Erasure {
  readonly id: string;
  readonly phoneHash: string;
  readonly lastTwo: string;
  readonly forgetsOptOut: boolean;
  readonly requestedBy: string;
  readonly createdAt: Date;
  /** Null while it goes on. */
  readonly finishedAt: Date | null;
  /** Kind of data → how much was removed. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What a step of an erasure left: nothing, more of the same, or a call that has to end first. */
export type ErasureProgress = 'finished' | 'more' | 'waits_for_call';

/** A number that only somebody who knows it can recognise: keyed, so that trying all numbers out tells nobody anything. */
export function phoneHash(appSecret: string, { businessId, phone }: Subject): string {
  return hmacToken(deriveKey(appSecret, 'subject-erasure'), `${businessId}/${phone}`);
}

/**
 * Begins to erase what is held about a person; `continueErasure` does it, now and by the job of the outbox row that is
 * written here. Returns the erasure's id.
 * @throws AppError `subject_in_call` (permanent) while a call with the person goes on
 */
export async function beginErasure(
  db: Database,
  subject: Subject,
  request: { readonly actor: Actor; readonly appSecret: string; readonly forgetsOptOut: boolean; readonly now?: Date },
): Promise<string> {
  const { businessId, phone } = subject;
  const { actor, appSecret, forgetsOptOut, now = new Date() } = request;
  const id = randomUUID();
  const proof = { phoneHash: phoneHash(appSecret, subject), lastTwo: lastTwo(phone), forgetsOptOut };
  await db.withBusiness(businessId, async (tx) => {
    if (await isInCall(tx, subject)) throw new AppError('subject_in_call', { permanent: true });
    await tx.subjectErasure.create({ data: { id, businessId, phone, ...proof, actor: { ...actor }, createdAt: now } });
    await tx.outbox.create({ data: { businessId, job: SUBJECT_ERASE, payload: { businessId, erasureId: id } } });
    await audit(tx, {
      businessId,
      actor,
      action: 'privacy.erasure_started',
      entityId: id,
      before: null,
      after: proof,
    });
  });
  return id;
}

/** Does an erasure step by step, `maxSteps` of them at most. Several at once take turns; one that is done stays done. */
export async function continueErasure(
  db: Database,
  businessId: string,
  erasureId: string,
  maxSteps: number,
  now: Date = new Date(),
): Promise<ErasureProgress> {
  for (let step = 0; step < maxSteps; step++) {
    const progress = await db.withBusiness(businessId, (tx) => eraseSome(tx, businessId, erasureId, now));
    if (progress !== 'more') return progress;
  }
  return 'more';
}

interface ErasureRow {
  readonly phone: string | null;
  readonly phone_hash: string;
  readonly last_two: string;
  readonly forgets_opt_out: boolean;
  readonly actor: Actor;
  readonly counts: Record<string, number>;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

async function eraseSome(tx: Tx, businessId: string, erasureId: string, now: Date): Promise<ErasureProgress> {
  const [erasure] = await tx.$queryRaw<ErasureRow[]>`
    SELECT phone, phone_hash, last_two, forgets_opt_out, actor, counts, created_at, finished_at FROM subject_erasures
    WHERE id = ${erasureId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE`;
  if (erasure === undefined) throw new AppError('erasure_not_found', { permanent: true, details: { erasureId } });
  if (erasure.phone === null || erasure.finished_at !== null) return 'finished';
  const subject = { businessId, phone: erasure.phone };
  const calls = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM calls
    WHERE id IN (${callsOfSubject(subject)}) AND status = 'completed'
      AND started_at <= ${erasure.created_at.toISOString()}::timestamptz
    ORDER BY id LIMIT ${CALLS_TOGETHER}::int FOR UPDATE`;
  if (calls.length > 0) {
    const counts = await eraseCalls(
      tx,
      businessId,
      calls.map(({ id }) => id),
      erasure.counts,
      now,
    );
    await tx.subjectErasure.updateMany({ where: { id: erasureId, businessId }, data: { counts } });
    return 'more';
  }
  // By these the calls are found: the number's own data goes last.
  if (await isInCall(tx, subject, erasure.created_at)) return 'waits_for_call';
  await finish(tx, subject, erasureId, erasure, now);
  return 'finished';
}

async function eraseCalls(
  tx: Tx,
  businessId: string,
  callIds: readonly string[],
  before: Readonly<Record<string, number>>,
  now: Date,
): Promise<Record<string, number>> {
  const counts = { ...before };
  for (const { name, subject: access } of DATA_KINDS) {
    if (access?.by !== 'call') continue;
    counts[name] = (counts[name] ?? 0) + (await access.erase(tx, businessId, callIds, now));
  }
  return counts;
}

async function finish(tx: Tx, subject: Subject, erasureId: string, erasure: ErasureRow, now: Date): Promise<void> {
  const { businessId, phone } = subject;
  const counts = { ...erasure.counts };
  for (const { name, subject: access } of DATA_KINDS) {
    if (access?.by !== 'number') continue;
    if (access.staysUnlessAsked === true && !erasure.forgets_opt_out) continue;
    counts[name] = (counts[name] ?? 0) + (await access.erase(tx, subject, now));
  }
  // An opt-out that stays must not tell which of the calls without a number was theirs.
  await tx.doNotCall.updateMany({ where: { businessId, phone }, data: { callId: null } });
  await tx.subjectErasure.updateMany({
    where: { id: erasureId, businessId },
    data: { phone: null, counts, finishedAt: now },
  });
  const { phone_hash, last_two, forgets_opt_out } = erasure;
  const proof = { phoneHash: phone_hash, lastTwo: last_two, forgetsOptOut: forgets_opt_out, counts };
  await audit(tx, {
    businessId,
    actor: erasure.actor,
    action: 'privacy.erased',
    entityId: erasureId,
    before: null,
    after: proof,
  });
}

/** An erasure of this business; null when there is none of that id. */
export async function readErasure(db: Database, businessId: string, erasureId: string): Promise<Erasure | null> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.subjectErasure.findUnique({ where: { id: erasureId, businessId } }),
  );
  if (row === null) return null;
  return {
    id: row.id,
    phoneHash: row.phoneHash,
    lastTwo: row.lastTwo,
    forgetsOptOut: row.forgetsOptOut,
    // Sound: both were written here.
    requestedBy: (row.actor as unknown as Actor).label,
    counts: row.counts as Record<string, number>,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
  };
}
