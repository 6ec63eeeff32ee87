import { randomUUID } from 'node:crypto';
import { sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { normalisePhone } from '../phone/normalise.ts';
import { OPENING_LEASE_MS, STREAM_TOKEN_MS, streamToken } from './stream-token.ts';
import type { Direction } from './types.ts';

/** What the telephone network says of a new call. */
export interface IncomingForm {
  readonly callSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Direction;
}

/** A call that may connect its stream, or one that is turned away. */
export type OpenedCall =
  | {
      readonly kind: 'accepted';
      readonly callId: string;
      readonly businessId: string;
      readonly streamToken: string;
      readonly leg: number;
    }
  | { readonly kind: 'rejected'; readonly reason: 'unknown_number' }
  | { readonly kind: 'rejected'; readonly reason: 'at_capacity'; readonly businessId: string };

/**
 * Opens a call for the business that owns the dialled number (for an outbound call: the calling one). Idempotent per
 * CallSid: told again, it gives the same call and the same token and writes nothing.
 *
 * An inbound call beyond the business's `max_total_calls` is turned away, and kept in its list with the end reason
 * `rejected`. Outbound calls are counted where they are placed.
 */
export async function openCall(
  db: Database,
  appSecret: string,
  form: IncomingForm,
  now: Date = new Date(),
): Promise<OpenedCall> {
  const from = normalisePhone(form.from);
  const to = normalisePhone(form.to);
  const own = form.direction === 'inbound' ? to : from;
  const [found] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string | null }[]>`SELECT business_of_number(${own}) AS business_id`,
  );
  const businessId = found?.business_id ?? null;
  if (businessId === null) return { kind: 'rejected', reason: 'unknown_number' };

  return db.withBusiness(businessId, async (tx): Promise<OpenedCall> => {
    // Calls of one business open one after the other: neither the limit nor a CallSid can be passed twice.
    const [settings] = await tx.$queryRaw<{ max_total_calls: number }[]>`
      SELECT max_total_calls FROM business_settings WHERE business_id = ${businessId}::uuid FOR UPDATE`;
    const known = await tx.call.findUnique({ where: { callSid: form.callSid }, select: { id: true, endReason: true } });
    if (known?.endReason === 'rejected') return { kind: 'rejected', reason: 'at_capacity', businessId };
    const token = streamToken(appSecret, form.callSid, 0);
    if (known !== null) return { kind: 'accepted', callId: known.id, businessId, streamToken: token, leg: 0 };

    const facts = {
      id: randomUUID(),
      businessId,
      callSid: form.callSid,
      accountSid: form.accountSid,
      direction: form.direction,
      fromNumber: from,
      toNumber: to,
      startedAt: now,
    };
    const limit = settings?.max_total_calls ?? 0;
    if (form.direction === 'inbound' && (await liveCalls(tx, businessId, now)) >= limit) {
      const over = { status: 'completed', endReason: 'rejected', endedAt: now, transcriptsSettledAt: now } as const;
      await tx.call.create({ data: { ...facts, ...over, finalizedAt: now, transcript: '' } });
      return { kind: 'rejected', reason: 'at_capacity', businessId };
    }
    await tx.call.create({ data: { ...facts, leaseExpiresAt: new Date(now.getTime() + OPENING_LEASE_MS) } });
    const expiresAt = new Date(now.getTime() + STREAM_TOKEN_MS);
    await tx.streamToken.create({
      data: { tokenHash: sha256Hex(token), businessId, callId: facts.id, leg: 0, expiresAt },
    });
    return { kind: 'accepted', callId: facts.id, businessId, streamToken: token, leg: 0 };
  });
}

/** Calls going on now. One whose lease has run out died with its process and takes no one's place. */
async function liveCalls(tx: Tx, businessId: string, now: Date): Promise<number> {
  return tx.call.count({ where: { businessId, status: 'in_progress', leaseExpiresAt: { gt: now } } });
}
