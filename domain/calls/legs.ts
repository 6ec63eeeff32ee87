import { type AppSecrets, sha256Hex } from '../../platform/crypto.ts';
import type { Database } from '../../platform/db/index.ts';
import { OPENING_LEASE_MS, STREAM_TOKEN_MS, streamToken, streamTokenOfHash } from './stream-token.ts';

/**
 * A token for the next media stream of a call that goes on without one (a redirect came back, the process died), or
 * null when there is no such call or it has ended. Told twice before the stream connects, it gives the same leg.
 */
export async function mintNextLeg(
  db: Database,
  secrets: AppSecrets,
  callSid: string,
  now: Date = new Date(),
): Promise<{ streamToken: string; leg: number } | null> {
  const [call] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string }[]>`SELECT * FROM call_of_sid(${callSid})`,
  );
  if (call === undefined) return null;
  return db.withBusiness(call.business_id, async (tx) => {
    const [going] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM calls WHERE id = ${call.call_id}::uuid AND status = 'in_progress' FOR UPDATE`;
    if (going === undefined) return null;
    const last = await tx.streamToken.findFirst({ where: { callId: call.call_id }, orderBy: { leg: 'desc' } });
    const unused = last !== null && last.consumedAt === null && last.expiresAt > now;
    const given = unused ? streamTokenOfHash(secrets, callSid, last) : null;
    const leg = last === null ? 0 : given === null ? last.leg + 1 : last.leg;
    const token = given ?? streamToken(secrets.current, callSid, leg);
    if (given === null) {
      const expiresAt = new Date(now.getTime() + STREAM_TOKEN_MS);
      await tx.streamToken.create({
        data: { tokenHash: sha256Hex(token), businessId: call.business_id, callId: call.call_id, leg, expiresAt },
      });
    }
    await tx.$executeRaw`
      UPDATE calls SET lease_expires_at = greatest(
        lease_expires_at, ${new Date(now.getTime() + OPENING_LEASE_MS).toISOString()}::timestamptz)
      WHERE id = ${call.call_id}::uuid`;
    return { streamToken: token, leg };
  });
}

/** Takes a stream token, once. Null when it is unknown, expired, taken, or another call's. */
export async function takeStream(
  db: Database,
  token: string,
  callSid: string,
): Promise<{ businessId: string; callId: string; leg: number } | null> {
  const [taken] = await db.withIdentity(
    (tx) => tx.$queryRaw<{ business_id: string; call_id: string; leg: number }[]>`
      SELECT * FROM consume_stream_token(${sha256Hex(token)}, ${callSid})`,
  );
  return taken === undefined ? null : { businessId: taken.business_id, callId: taken.call_id, leg: taken.leg };
}
