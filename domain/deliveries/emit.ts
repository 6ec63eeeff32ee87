import { randomUUID } from 'node:crypto';
import { Prisma, type Tx } from '../../platform/db/index.ts';
import { readFlags } from '../businesses/flags.ts';
import { eventBody, type EventData, type EventType } from './events.ts';
import { writeDeliveries } from './write.ts';

/** Something that happened, to be told to the webhooks that asked for it. */
export interface EmittedEvent<Type extends EventType> {
  readonly businessId: string;
  readonly type: Type;
  readonly data: EventData<Type>;
  /** When it happened: told again with another moment, it is news. */
  readonly at: Date;
  /** The call or the lead it tells of: its events reach a destination in the order in which they were emitted. */
  readonly callId?: string | null;
  readonly leadId?: string | null;
  /**
   * Which event of its type this is; default: the one of its call or lead. Emitted again, it is the same delivery, and
   * is sent once more only when it says something else.
   */
  readonly key?: string;
}

/** The channel on which workers hear that an outbox holds something, `<business id>/<outbox id>`. */
export const OUTBOX_CHANNEL = 'prosaas_outbox';

/**
 * Tells an event, in the transaction of what it tells: both are written or neither. One delivery for each webhook that
 * asked for the type, with an outbox row for its job; a worker hears of the row when the transaction commits, and the
 * sweep finds it should nobody have listened. A business without webhooks costs one indexed look. Returns how many.
 */
export async function emit<Type extends EventType>(tx: Tx, event: EmittedEvent<Type>): Promise<number> {
  const ids = await writeEvent(tx, event);
  if (ids.length > 0) await queueDeliveries(tx, event.businessId, ids);
  return ids.length;
}

/** The same for who hands the deliveries to the queue themselves. Returns their ids. */
export async function writeEvent<Type extends EventType>(tx: Tx, event: EmittedEvent<Type>): Promise<string[]> {
  const { businessId, type, callId = null, leadId = null } = event;
  const destinations = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM destinations
    WHERE business_id = ${businessId}::uuid AND kind = 'webhook' AND ${type} = ANY (events) AND removed_at IS NULL
      -- What one missed because it failed is kept for a replay; one that was switched off by hand wants nothing.
      AND (status = 'active' OR off_reason <> 'by_hand')`;
  if (destinations.length === 0 || !(await readFlags(tx, businessId)).webhooks) return [];
  const subject = callId === null ? `lead:${leadId ?? randomUUID()}` : `call:${callId}`;
  const body = eventBody(type, event.data, event.at);
  return writeDeliveries(
    tx,
    businessId,
    destinations.map(({ id }) => ({
      destinationId: id,
      eventKey: `${type}:${event.key ?? callId ?? leadId ?? randomUUID()}`,
      subject,
      event: type,
      callId,
      leadId,
      plugin: 'webhook',
      export: type,
      url: '',
      headers: {},
      body,
    })),
    event.at,
  );
}

/** Hands deliveries to the outbox, and says so to whoever listens once the transaction commits. */
export async function queueDeliveries(tx: Tx, businessId: string, deliveryIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    WITH queued AS (
      INSERT INTO outbox (id, business_id, job, payload)
      SELECT gen_random_uuid(), ${businessId}::uuid, 'deliver',
             jsonb_build_object('businessId', ${businessId}::text, 'deliveryId', d.id)
      FROM unnest(ARRAY[${Prisma.join([...deliveryIds])}]::uuid[]) AS d(id)
      RETURNING id)
    SELECT pg_notify(${OUTBOX_CHANNEL}, ${businessId} || '/' || id)::text FROM queued`;
}
