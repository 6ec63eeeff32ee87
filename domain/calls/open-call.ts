import { randomUUID } from 'node:crypto';
import { type AppSecrets, sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { emit } from '../deliveries/emit.ts';
import { normalisePhone } from '../phone/normalise.ts';
import { startedData } from './events.ts';
import { OPENING_LEASE_MS, STREAM_TOKEN_MS, streamToken, streamTokenOfHash } from './stream-token.ts';
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
  | { readonly kind: 'rejected'; readonly reason: 'at_capacity' | 'suspended'; readonly businessId: string };

/**
 * Opens a call for the business that owns the dialled number (for an outbound call: the calling one). Idempotent per
 * CallSid: told again, it gives the same call and the same token and writes nothing, also when the secret was changed in
 * between.
 *
 * A call beyond the business's `max_total_calls`, or an outbound one beyond its `max_outbound_calls`, is turned away and
 * kept in its list with the end reason `rejected`; so is every new call while the business is suspended. A place is held by the call's lease: it is free when the call has
 * ended, or when the process that ran it no longer renews it.
 */
export async function openCall(
  db: Database,
  secrets: AppSecrets,
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
    // Calls of one business open one after the other: neither a limit nor a CallSid can be passed twice.
    const [limits] = await tx.$queryRaw<Limits[]>`
      SELECT max_total_calls, max_outbound_calls FROM business_settings
      WHERE business_id = ${businessId}::uuid FOR UPDATE`;
    const known = await tx.call.findUnique({ where: { callSid: form.callSid }, select: { id: true, endReason: true } });
    const business = await tx.business.findUnique({ where: { id: businessId }, select: { suspendedAt: true } });
    const suspended = business !== null && business.suspendedAt !== null;
    const rejected = { kind: 'rejected', reason: suspended ? 'suspended' : 'at_capacity', businessId } as const;
    if (known?.endReason === 'rejected') return rejected;
    const opened = { kind: 'accepted', businessId, leg: 0 } as const;
    const newToken = streamToken(secrets.current, form.callSid, 0);
    if (known !== null) {
      const given = await tx.streamToken.findFirst({ where: { businessId, callId: known.id, leg: 0 } });
      const token = given === null ? null : streamTokenOfHash(secrets, form.callSid, given);
      return { ...opened, callId: known.id, streamToken: token ?? newToken };
    }

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
    if (suspended || limits === undefined || isFull(limits, await placesTaken(tx, businessId, now), form.direction)) {
      const over = { status: 'completed', endReason: 'rejected', endedAt: now, transcriptsSettledAt: now } as const;
      await tx.call.create({ data: { ...facts, ...over, finalizedAt: now, transcript: '' } });
      return rejected;
    }
    await tx.call.create({ data: { ...facts, leaseExpiresAt: new Date(now.getTime() + OPENING_LEASE_MS) } });
    const expiresAt = new Date(now.getTime() + STREAM_TOKEN_MS);
    await tx.streamToken.create({
      data: { tokenHash: sha256Hex(newToken), businessId, callId: facts.id, leg: 0, expiresAt },
    });
    const data = startedData({ ...facts, callId: facts.id });
    await emit(tx, { businessId, type: 'call.started', at: now, callId: facts.id, data });
    return { ...opened, callId: facts.id, streamToken: newToken };
  });
}

interface Limits {
  readonly max_total_calls: number;
  readonly max_outbound_calls: number;
}

interface PlacesTaken {
  readonly total: number;
  /** Of these, outbound ones. */
  readonly outbound: number;
}

function isFull(limits: Limits, taken: PlacesTaken, direction: Direction): boolean {
  if (taken.total >= limits.max_total_calls) return true;
  return direction === 'outbound' && taken.outbound >= limits.max_outbound_calls;
}

/** Calls going on now. One whose lease has run out died with its process and takes no one's place. */
async function placesTaken(tx: Tx, businessId: string, now: Date): Promise<PlacesTaken> {
  const [taken] = await tx.$queryRaw<PlacesTaken[]>`
    SELECT count(*)::int AS total, (count(*) FILTER (WHERE direction = 'outbound'))::int AS outbound FROM calls
    WHERE business_id = ${businessId}::uuid AND status = 'in_progress'
      AND lease_expires_at > ${now.toISOString()}::timestamptz`;
  return taken ?? { total: 0, outbound: 0 };
}
