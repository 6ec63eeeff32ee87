import { Prisma, type Database } from '../../platform/db/index.ts';
import { heldLimit, keysetPage, readKeyset } from '../text/keyset.ts';
import type { OptOutReason } from './list.ts';

/** A number on the do-not-call list. */
export interface ListedNumber {
  readonly id: string;
  readonly phone: string;
  readonly reason: OptOutReason;
  /** Twilio's CallSid of the call it was asked for in. */
  readonly callSid: string | null;
  readonly addedBy: string;
  readonly at: Date;
}

interface Row {
  readonly id: string;
  readonly phone: string;
  readonly reason: OptOutReason;
  readonly call_sid: string | null;
  readonly added_by: string;
  readonly created_at: Date;
}

/**
 * A page of the do-not-call list, the latest first. `search`: digits that the number holds, in any spelling
 * (`052-3` finds `+972523…`). `nextCursor` continues where the page ended; null on the last one.
 * @throws AppError `invalid_cursor` (permanent)
 */
export async function listedNumbers(
  db: Database,
  businessId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number; readonly search?: string | undefined },
): Promise<{ numbers: ListedNumber[]; total: number; nextCursor: string | null }> {
  const limit = heldLimit(page.limit);
  const after = page.cursor === undefined ? null : readKeyset(page.cursor);
  const digits = searchedDigits(page.search ?? '');
  const keyset =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (d.created_at, d.id) < (${after.at}::timestamptz, ${after.id}::uuid)`;
  const matching = digits === '' ? Prisma.empty : Prisma.sql`AND d.phone LIKE ${`%${digits}%`}`;
  return db.withBusiness(businessId, async (tx) => {
    const rows = await tx.$queryRaw<Row[]>`
      SELECT d.id, d.phone, d.reason, c.call_sid, d.added_by, d.created_at
      FROM do_not_call d LEFT JOIN calls c ON c.id = d.call_id
      WHERE d.business_id = ${businessId}::uuid ${matching} ${keyset}
      ORDER BY d.created_at DESC, d.id DESC
      LIMIT ${limit + 1}::int`;
    const { shown, nextCursor } = keysetPage(rows, limit, (row) => ({ at: row.created_at, id: row.id }));
    return {
      numbers: shown.map((row) => ({
        id: row.id,
        phone: row.phone,
        reason: row.reason,
        callSid: row.call_sid,
        addedBy: row.added_by,
        at: row.created_at,
      })),
      total: await tx.doNotCall.count({ where: { businessId } }),
      nextCursor,
    };
  });
}

/** The digits to look for: a national number's leading zero stands for the country code of the stored form. */
function searchedDigits(search: string): string {
  const digits = search.replaceAll(/[^\d*#]/g, '');
  return digits.startsWith('0') ? digits.slice(1) : digits;
}
