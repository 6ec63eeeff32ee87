import { z } from 'zod';
import type { Tx } from '../../platform/db/index.ts';
import { storableText } from '../text/storable.ts';

const sideEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dtmf'), atMs: z.int().nonnegative(), digit: z.string() }),
  z.object({ kind: z.literal('tool'), atMs: z.int().nonnegative(), name: z.string(), failed: z.boolean() }),
]);

/** What happened in a call beside the words, at a moment of the call's own clock, ms: a key pressed, a tool's answer. */
export type SideEvent = Readonly<z.output<typeof sideEvent>>;

/** As they are stored; a list that another version wrote and this one cannot read counts as empty. */
export const storedSideEvents = z.array(sideEvent).catch([]);

/** Writes all that happened in calls of a business so far, in one statement. */
export async function writeSideEvents(
  tx: Tx,
  businessId: string,
  calls: readonly { readonly callId: string; readonly sideEvents: readonly SideEvent[] }[],
): Promise<void> {
  const rows = calls.map(({ callId, sideEvents }) => ({ call_id: callId, events: sideEvents.map(storable) }));
  // What comes after the words were to be forgotten is not written down either.
  await tx.$executeRaw`
    UPDATE calls c SET side_events = e.events
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(call_id uuid, events jsonb)
    WHERE c.id = e.call_id AND c.business_id = ${businessId}::uuid
      AND c.erased_at IS NULL AND c.words_purged_at IS NULL`;
}

function storable(event: SideEvent): SideEvent {
  return event.kind === 'dtmf'
    ? { ...event, digit: storableText(event.digit) }
    : { ...event, name: storableText(event.name) };
}
