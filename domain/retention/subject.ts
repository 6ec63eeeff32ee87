import { Prisma, type Tx } from '../../platform/db/index.ts';

/** A person, as far as a business knows them: by telephone number, in its stored form. */
export interface Subject {
  readonly businessId: string;
  readonly phone: string;
}

/**
 * SQL for the ids of a person's calls: those from or to the number, and those in which it was given as the number to
 * call back. What was erased is nobody's any more.
 */
export function callsOfSubject({ businessId, phone }: Subject): Prisma.Sql {
  return Prisma.sql`
    SELECT c.id FROM calls c
    WHERE c.business_id = ${businessId}::uuid AND c.erased_at IS NULL AND (
      (c.direction = 'inbound' AND c.from_number = ${phone})
      OR (c.direction = 'outbound' AND c.to_number = ${phone})
      OR c.lead_id = (SELECT l.id FROM leads l WHERE l.business_id = ${businessId}::uuid AND l.phone = ${phone}))`;
}

/** How many rows a query of a person's data gives; `rows` makes it from the SQL for the ids of their calls. */
export async function countOfCalls(tx: Tx, subject: Subject, rows: (calls: Prisma.Sql) => Prisma.Sql): Promise<number> {
  const [found] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM (${rows(callsOfSubject(subject))}) held`;
  return found?.n ?? 0;
}
