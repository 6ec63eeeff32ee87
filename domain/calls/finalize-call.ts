import type { Database, Tx } from '../../platform/db/index.ts';
import { writeEvent } from '../deliveries/emit.ts';
import { planDeliveries, type PlannedExport } from '../deliveries/plan.ts';
import { requestInsight } from '../insights/request-insight.ts';
import { ownLeadFields } from '../leads/fields.ts';
import { readThroughRegistry } from '../settings/check.ts';
import { STORED_SETTINGS } from '../settings/read.ts';
import type { Settings, SettingsRegistry } from '../settings/registry.ts';
import { startedData } from './events.ts';
import { buildTranscript } from './transcript.ts';
import { whyNoTranscript } from './why-no-transcript.ts';
import { durationSeconds, type CallStatus, type Direction, type EndReason, type FinishedCall } from './types.ts';

/** The requests a finished call sends out: pure, and it does not throw (a plugin that does is left out). */
export type ExportsOf = (call: FinishedCall, settings: Settings) => readonly PlannedExport[];

/** What came of {@link finalizeCall}. */
export type Finalized =
  /** Final now or already; `deliveries` are those still to be sent, `outboxId` the row whose job analyses the call. */
  | {
      readonly kind: 'finalized';
      readonly first: boolean;
      readonly deliveries: readonly PendingDelivery[];
      readonly outboxId: string | null;
    }
  /** The last transcriptions are still awaited. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'not_ended' }
  | { readonly kind: 'not_found' };

export interface PendingDelivery {
  readonly deliveryId: string;
  readonly nextAttemptAt: Date;
}

/**
 * Joins a call's turns to its final transcript, completes the call and plans its deliveries, in one transaction. A
 * second run, also one at the same time, changes nothing and adds no delivery. A call that was opened again (it had
 * been taken for dead, or had more to say) is completed anew; see `planDeliveries` for what is then sent.
 */
export async function finalizeCall(
  db: Database,
  businessId: string,
  callId: string,
  exportsOf: ExportsOf,
  registry: SettingsRegistry,
  now: Date = new Date(),
): Promise<Finalized> {
  return db.withBusiness(businessId, async (tx): Promise<Finalized> => {
    // A statement of its own: what is read afterwards is what whoever held the row has written.
    await tx.$queryRaw`SELECT id FROM calls WHERE id = ${callId}::uuid AND business_id = ${businessId}::uuid FOR UPDATE`;
    const call = await readEnded(tx, businessId, callId);
    if (call === null) return { kind: 'not_found' };
    if (call.status === 'in_progress' || call.ended_at === null) return { kind: 'not_ended' };
    if (!call.settled) return { kind: 'unsettled' };
    const first = !call.finalized;
    let outboxId: string | null = null;
    if (first) {
      const transcript = buildTranscript(call.turns);
      const settings = readThroughRegistry(call.settings, registry);
      const finished: FinishedCall = {
        businessId,
        businessName: call.business_name,
        callId,
        callSid: call.call_sid,
        direction: call.direction,
        fromNumber: call.from_number,
        toNumber: call.to_number,
        startedAt: call.started_at,
        endedAt: call.ended_at,
        durationSec: durationSeconds(call.started_at, call.ended_at),
        // Sound: end reasons are written by endCall, closeSwept and openCall alone, which take the closed list.
        endReason: call.end_reason as EndReason,
        transcript,
        leadFields: ownLeadFields(settings).length === 0 ? {} : (call.lead_fields ?? {}),
      };
      await tx.call.updateMany({
        where: { id: callId, businessId },
        data: { transcript, status: 'completed', finalizedAt: now },
      });
      await planDeliveries(tx, { businessId, callId }, exportsOf(finished, settings), now);
      await writeEvent(tx, {
        businessId,
        type: 'call.completed',
        at: call.ended_at,
        callId,
        data: {
          ...startedData(finished),
          ended_at: call.ended_at.toISOString(),
          duration_sec: finished.durationSec,
          end_reason: finished.endReason,
          transcript,
          lead_id: call.lead_id,
          lead_fields: call.lead_fields ?? {},
        },
      });
      const missing = transcript === '' ? whyNoTranscript(call) : null;
      outboxId = await requestInsight(tx, { businessId, callId }, missing, now);
    }
    const pending = await tx.delivery.findMany({
      where: { callId, businessId, status: 'pending' },
      select: { id: true, nextAttemptAt: true },
    });
    return {
      kind: 'finalized',
      first,
      outboxId,
      deliveries: pending.map((row) => ({ deliveryId: row.id, nextAttemptAt: row.nextAttemptAt ?? now })),
    };
  });
}

interface EndedRow {
  readonly call_sid: string;
  readonly direction: Direction;
  readonly from_number: string;
  readonly to_number: string;
  readonly status: CallStatus;
  readonly end_reason: string | null;
  readonly lead_id: string | null;
  /** What is known of the caller: texts only, see saveLeadDetails. */
  readonly lead_fields: Readonly<Record<string, string>> | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly settled: boolean;
  readonly finalized: boolean;
  readonly connected: boolean;
  readonly business_name: string;
  readonly settings: Settings;
  readonly turns: Parameters<typeof buildTranscript>[0];
}

/** The call, its turns, its business and the settings as stored, in one query; null when there is no such call. */
async function readEnded(tx: Tx, businessId: string, callId: string): Promise<EndedRow | null> {
  const [row] = await tx.$queryRaw<EndedRow[]>`
    SELECT c.call_sid, c.direction, c.from_number, c.to_number, c.status, c.end_reason, c.lead_id, c.started_at, c.ended_at,
           c.transcripts_settled_at IS NOT NULL AS settled, c.finalized_at IS NOT NULL AS finalized,
           c.stream_started_at IS NOT NULL AS connected,
           b.name AS business_name, l.fields AS lead_fields, ${STORED_SETTINGS} AS settings,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                     'position', t.position, 'speaker', t.speaker, 'text', t.text, 'startedMs', t.started_ms)), '[]')
            FROM turns t WHERE t.call_id = c.id) AS turns
    FROM calls c
    JOIN businesses b ON b.id = c.business_id
    JOIN business_settings s ON s.business_id = c.business_id
    LEFT JOIN leads l ON l.id = c.lead_id
    WHERE c.id = ${callId}::uuid AND c.business_id = ${businessId}::uuid`;
  return row ?? null;
}
