import type { Tx } from '../../platform/db/index.ts';
import { ATTEMPT_LEASE_MS } from './claim.ts';

/** One request to send for a finished call, as a plugin planned it. */
export interface PlannedExport {
  readonly plugin: string;
  /** Stable within the plugin. */
  readonly name: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

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
  const known = await tx.delivery.findMany({ where: { callId, businessId } });
  const rowOf = ({ plugin, name }: PlannedExport) => known.find((row) => row.plugin === plugin && row.export === name);
  for (const one of planned) {
    const row = rowOf(one);
    const content = contentOf(one);
    if (row === undefined || (row.body === content.body && row.url === content.url)) continue;
    await tx.delivery.update({
      where: { id: row.id },
      data: {
        ...content,
        revision: { increment: 1 },
        status: 'pending',
        nextAttemptAt: afterAttempt(row, now),
        finishedAt: null,
        lastError: null,
      },
    });
  }
  await tx.delivery.createMany({
    data: planned
      .filter((one) => rowOf(one) === undefined)
      .map((one) => ({
        ...contentOf(one),
        businessId,
        callId,
        plugin: one.plugin,
        export: one.name,
        nextAttemptAt: now,
        createdAt: now,
      })),
    skipDuplicates: true,
  });
}

function contentOf({ url, headers, body }: PlannedExport) {
  return {
    url,
    headers: { ...headers },
    // The text itself: what is sent is byte for byte what was planned, in the order of its keys.
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** An attempt that runs at the moment is let end, so that the old words cannot arrive after the new ones. */
function afterAttempt(row: { readonly status: string; readonly nextAttemptAt: Date | null }, now: Date): Date {
  const pending = row.status === 'pending' ? (row.nextAttemptAt?.getTime() ?? 0) : 0;
  return new Date(Math.min(Math.max(now.getTime(), pending), now.getTime() + ATTEMPT_LEASE_MS));
}
