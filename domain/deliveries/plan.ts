import { sha256Hex } from '../../platform/crypto.ts';
import type { Tx } from '../../platform/db/index.ts';
import { writeDeliveries, type NewDelivery } from './write.ts';

/** One request to send for a finished call, as a plugin planned it. */
export interface PlannedExport {
  readonly plugin: string;
  /** Stable within the plugin. */
  readonly name: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** The plugin whose exports go to Monday; the destinations of all others are called by their plugin's name. */
export const MONDAY_PLUGIN = 'monday-export';

/**
 * Writes down what a call sends out, in the transaction that finalises it. A call that was taken for dead and lived on
 * is finalised again: what it had planned keeps its row, and with it the Idempotency-Key under which the receiver knows
 * it, and is sent once more when there is more to say now. Nothing is sent twice with the same words.
 */
export async function planDeliveries(
  tx: Tx,
  { businessId, callId }: { readonly businessId: string; readonly callId: string },
  planned: readonly PlannedExport[],
  now: Date,
): Promise<void> {
  if (planned.length === 0) return;
  const destinations = await destinationsOfPlugins(tx, businessId, planned);
  const deliveries = planned.flatMap((one): NewDelivery[] => {
    const destinationId = destinations.get(one.plugin);
    if (destinationId === undefined) return [];
    return [
      {
        destinationId,
        eventKey: `${one.plugin}/${one.name}:${callId}`,
        subject: `call:${callId}`,
        event: 'call.completed',
        callId,
        leadId: null,
        plugin: one.plugin,
        export: one.name,
        url: one.url,
        headers: one.headers,
        // The text itself: what is sent is byte for byte what was planned, in the order of its keys.
        body: typeof one.body === 'string' ? one.body : JSON.stringify(one.body),
      },
    ];
  });
  await writeDeliveries(tx, businessId, deliveries, now);
}

/**
 * The destination of each plugin that exports, by the plugin's name; made the first time. One that was turned off for
 * its failures is tried again at another address.
 */
async function destinationsOfPlugins(
  tx: Tx,
  businessId: string,
  planned: readonly PlannedExport[],
): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string[]>();
  for (const { plugin, url } of planned) urls.set(plugin, [...(urls.get(plugin) ?? []), url]);
  const wanted = new Map([...urls].map(([plugin, all]) => [plugin, sha256Hex(all.sort().join(' '))]));
  const known = await tx.destination.findMany({
    where: { businessId, plugin: { in: [...wanted.keys()] } },
    select: { id: true, plugin: true, urlHash: true },
  });
  if (known.length === wanted.size && known.every(({ plugin, urlHash }) => urlHash === wanted.get(plugin ?? ''))) {
    return new Map(known.map(({ id, plugin }) => [plugin ?? '', id]));
  }
  const rows = JSON.stringify(
    [...wanted].map(([plugin, urlHash]) => ({
      plugin,
      url_hash: urlHash,
      kind: plugin === MONDAY_PLUGIN ? 'monday' : 'plugin',
      name: plugin === MONDAY_PLUGIN ? 'Monday' : plugin,
    })),
  );
  const made = await tx.$queryRaw<{ id: string; plugin: string }[]>`
    INSERT INTO destinations AS x (id, business_id, kind, plugin, name, url_hash)
    SELECT gen_random_uuid(), ${businessId}::uuid, r.kind, r.plugin, r.name, r.url_hash
    FROM jsonb_to_recordset(${rows}::jsonb) AS r(plugin text, url_hash text, kind text, name text)
    ON CONFLICT (business_id, plugin) DO UPDATE SET
      url_hash = excluded.url_hash, updated_at = now(),
      -- What stood against the address that was there before says nothing of the new one.
      status = CASE WHEN x.url_hash = excluded.url_hash THEN x.status ELSE 'active' END::destination_status,
      off_reason = CASE WHEN x.url_hash = excluded.url_hash THEN x.off_reason END,
      off_at = CASE WHEN x.url_hash = excluded.url_hash THEN x.off_at END,
      failing_since = CASE WHEN x.url_hash = excluded.url_hash THEN x.failing_since END,
      failing_days = CASE WHEN x.url_hash = excluded.url_hash THEN x.failing_days ELSE 0 END
    RETURNING id, plugin`;
  return new Map(made.map(({ id, plugin }) => [plugin, id]));
}
