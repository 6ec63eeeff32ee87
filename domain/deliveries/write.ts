import type { Tx } from '../../platform/db/index.ts';
import { eventBody, type EventData } from './events.ts';
import { ATTEMPT_LEASE_MS, DESTINATION_OFF, TEST_EVENT } from './marks.ts';

/** One delivery to write down: an event of a business at one destination. */
export interface NewDelivery {
  readonly destinationId: string;
  /** Which event of the destination this is: written again, it is the same row. */
  readonly eventKey: string;
  /** Deliveries of one subject reach the destination in the order in which they were written. */
  readonly subject: string;
  readonly event: string;
  readonly callId: string | null;
  readonly leadId: string | null;
  readonly plugin: string;
  readonly export: string;
  /** Empty where the destination has the address. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact bytes to send, as text. */
  readonly body: string;
}

/**
 * Writes deliveries down, to be sent at once. One that is there already keeps its row, and with it the id under which
 * the receiver knows it, and is sent once more when it says something else now; an attempt that runs at the moment is
 * let end first. At a destination that was turned off by its failures a delivery is kept as failed, for a replay.
 * Returns the ids of those that are to be sent.
 */
export async function writeDeliveries(
  tx: Tx,
  businessId: string,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<string[]> {
  if (deliveries.length === 0) return [];
  const at = now.toISOString();
  const rows = JSON.stringify(
    deliveries.map((one) => ({
      destination_id: one.destinationId,
      event_key: one.eventKey,
      subject: one.subject,
      event: one.event,
      call_id: one.callId,
      lead_id: one.leadId,
      plugin: one.plugin,
      export: one.export,
      url: one.url,
      headers: one.headers,
      body: one.body,
    })),
  );
  const written = await tx.$queryRaw<{ id: string; status: string }[]>`
    INSERT INTO deliveries AS d (id, business_id, destination_id, event_key, subject, event, call_id, lead_id, plugin,
      export, url, headers, body, status, last_error, next_attempt_at, finished_at, created_at)
    SELECT gen_random_uuid(), ${businessId}::uuid, r.destination_id, r.event_key, r.subject, r.event, r.call_id,
      r.lead_id, r.plugin, r.export, r.url, r.headers, to_jsonb(r.body),
      CASE WHEN x.status = 'off' AND r.event <> ${TEST_EVENT} THEN 'failed' ELSE 'pending' END::delivery_status,
      CASE WHEN x.status = 'off' AND r.event <> ${TEST_EVENT} THEN ${DESTINATION_OFF} END,
      CASE WHEN x.status = 'off' AND r.event <> ${TEST_EVENT} THEN NULL ELSE ${at}::timestamptz END,
      CASE WHEN x.status = 'off' AND r.event <> ${TEST_EVENT} THEN ${at}::timestamptz END,
      ${at}::timestamptz
    FROM jsonb_to_recordset(${rows}::jsonb) AS r(destination_id uuid, event_key text, subject text, event text,
      call_id uuid, lead_id uuid, plugin text, export text, url text, headers jsonb, body text)
    JOIN destinations x ON x.id = r.destination_id
    ON CONFLICT (destination_id, event_key) DO UPDATE SET
      url = excluded.url, headers = excluded.headers, body = excluded.body, revision = d.revision + 1,
      status = excluded.status, last_error = excluded.last_error, finished_at = excluded.finished_at,
      cycle_start = d.attempt_count,
      next_attempt_at = CASE WHEN excluded.status = 'pending' THEN
        least(greatest(excluded.next_attempt_at, d.sending_until),
              excluded.next_attempt_at + ${ATTEMPT_LEASE_MS} * interval '1 millisecond') END
    WHERE d.body IS DISTINCT FROM excluded.body OR d.url IS DISTINCT FROM excluded.url
    RETURNING d.id, d.status::text`;
  return written.filter(({ status }) => status === 'pending').map(({ id }) => id);
}

/** Writes a test down, to be sent as soon as its job runs. Returns its id. */
export async function writeTest(
  tx: Tx,
  test: {
    readonly businessId: string;
    readonly destinationId: string;
    readonly key: string;
    /** Empty for a webhook. */
    readonly url: string;
    readonly at: Date;
    /** A text as it is; otherwise the data of an event of type `test`. */
    readonly body: string | EventData<typeof TEST_EVENT>;
  },
): Promise<string> {
  const { businessId, destinationId, key, url, at, body } = test;
  const [id] = await writeDeliveries(
    tx,
    businessId,
    [
      {
        destinationId,
        eventKey: `${TEST_EVENT}:${key}`,
        subject: `${TEST_EVENT}:${key}`,
        event: TEST_EVENT,
        callId: null,
        leadId: null,
        plugin: 'test',
        export: TEST_EVENT,
        url,
        headers: {},
        body: typeof body === 'string' ? body : eventBody(TEST_EVENT, body, at),
      },
    ],
    at,
  );
  if (id === undefined) throw new Error('a test was not written');
  return id;
}
