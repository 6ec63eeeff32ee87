import { Prisma, type Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { isDialable } from '../phone/normalise.ts';
import { lastDigits } from '../phone/last-digits.ts';

/** The person on the telephone, as the audit log writes them down: their number is in the call, not in the log. */
const CALLER: Actor = { kind: 'caller', id: null, label: 'caller' };

interface OptOutCall {
  readonly id: string;
  readonly call_sid: string;
  readonly phone: string;
}

/**
 * Puts the other end of these calls on the do-not-call list, because they asked for it in the call. Said again, or
 * written again, it changes nothing. A caller without a number stays off the list; the call says that they asked.
 */
export async function listSpokenOptOuts(
  tx: Tx,
  businessId: string,
  calls: readonly { readonly callId: string; readonly at: Date }[],
): Promise<void> {
  const rows = JSON.stringify(calls.map(({ callId, at }) => ({ call_id: callId, at: at.toISOString() })));
  const asked = await tx.$queryRaw<OptOutCall[]>`
    UPDATE calls c SET opted_out_at = coalesce(c.opted_out_at, o.at)
    FROM jsonb_to_recordset(${rows}::jsonb) AS o(call_id uuid, at timestamptz)
    WHERE c.id = o.call_id AND c.business_id = ${businessId}::uuid
    RETURNING c.id, c.call_sid, ${OTHER_NUMBER} AS phone`;
  const listed = asked.filter(({ phone }) => isDialable(phone));
  if (listed.length === 0) return;
  const added = await tx.doNotCall.createManyAndReturn({
    data: listed.map(({ id, phone }) => ({
      businessId,
      phone,
      reason: 'spoken',
      callId: id,
      addedBy: CALLER.label,
    })),
    skipDuplicates: true,
    select: { id: true, phone: true, callId: true },
  });
  for (const { id, phone, callId } of added) {
    const callSid = asked.find((call) => call.id === callId)?.call_sid ?? null;
    const after = { phone: lastDigits(phone), reason: 'spoken', callSid };
    await audit(tx, {
      businessId,
      actor: CALLER,
      action: 'do_not_call.added',
      entityId: id,
      before: null,
      after,
    });
  }
}

/** SQL for the number of the person at the other end of a call `c`. */
const OTHER_NUMBER = Prisma.sql`CASE c.direction WHEN 'inbound' THEN c.from_number ELSE c.to_number END`;
