import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { isDialable, normalisePhone } from '../phone/normalise.ts';
import { DATA_KINDS, type Subject } from '../retention/index.ts';
import { callsOfSubject } from '../retention/subject.ts';

/** How much of one kind of data is held about a person. */
export interface HeldKind {
  readonly kind: string;
  readonly label: string;
  readonly count: number;
}

/** What is held about a person. */
export interface HeldData {
  readonly phone: string;
  readonly kinds: readonly HeldKind[];
  /** A call with them goes on, or is still being finalised. */
  readonly inCall: boolean;
}

/**
 * A person by the number that was typed, in any form.
 * @throws AppError `phone_invalid` (permanent)
 */
export function subjectOf(businessId: string, typed: string): Subject {
  const phone = normalisePhone(typed);
  if (!isDialable(phone)) throw new AppError('phone_invalid', { permanent: true });
  return { businessId, phone };
}

/** How much is held about a person, kind by kind; kinds of which there is nothing are there with 0. */
export async function heldData(db: Database, subject: Subject): Promise<HeldData> {
  return db.withBusiness(subject.businessId, async (tx) => {
    const kinds: HeldKind[] = [];
    for (const { name, label, subject: access } of DATA_KINDS) {
      if (access !== undefined) kinds.push({ kind: name, label, count: await access.count(tx, subject) });
    }
    return { phone: subject.phone, kinds, inCall: await isInCall(tx, subject) };
  });
}

/** Whether a call of the person goes on, or is still being finalised. */
export async function isInCall(tx: Tx, subject: Subject, startedUntil: Date | null = null): Promise<boolean> {
  const until = startedUntil?.toISOString() ?? null;
  const [open] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM calls
    WHERE id IN (${callsOfSubject(subject)}) AND status <> 'completed'
      AND (${until}::timestamptz IS NULL OR started_at <= ${until}::timestamptz)`;
  return (open?.n ?? 0) > 0;
}
