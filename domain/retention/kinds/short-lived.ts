import type { DataKind } from '../kind.ts';

/** Passes through the media door, long after they could be used. */
export const streamTokenKind: DataKind = {
  name: 'stream_tokens',
  label: 'אישורי חיבור שפגו',
  retention: {
    days: 1,
    purge: async (tx, businessId, before, max) =>
      tx.$executeRaw`
        DELETE FROM stream_tokens WHERE token_hash IN (
          SELECT token_hash FROM stream_tokens
          WHERE business_id = ${businessId}::uuid AND expires_at < ${before.toISOString()}::timestamptz
          LIMIT ${max}::int)`,
  },
};

/**
 * Notes of jobs that were handed over long ago. A call's own is taken up again when the call ends once more, which no
 * call does after days.
 */
export const outboxKind: DataKind = {
  name: 'outbox',
  label: 'רישומי עבודה שהושלמו',
  retention: {
    days: 30,
    purge: async (tx, businessId, before, max) =>
      tx.$executeRaw`
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox
          WHERE business_id = ${businessId}::uuid AND dispatched_at < ${before.toISOString()}::timestamptz
          LIMIT ${max}::int)`,
  },
};

/** Invitations that were answered, taken back or left to expire: an address and a name nobody needs any more. */
export const invitationKind: DataKind = {
  name: 'invitations',
  label: 'הזמנות שפג תוקפן',
  retention: {
    days: 30,
    purge: async (tx, businessId, before, max) =>
      tx.$executeRaw`
        DELETE FROM invitations WHERE id IN (
          SELECT id FROM invitations
          WHERE business_id = ${businessId}::uuid
            AND least(expires_at, accepted_at, revoked_at) < ${before.toISOString()}::timestamptz
          LIMIT ${max}::int)`,
  },
};
