import type { Database } from '../../platform/db/index.ts';
import { DELIVERY_DETAIL, deliveryDetail, type DeliveryDetail } from '../deliveries/detail.ts';
import {
  durationSeconds,
  type CallStatus,
  type CallTimings,
  type Direction,
  type EndReason,
  type TurnRecord,
} from './types.ts';
import { toInsight } from '../insights/read.ts';
import type { Insight } from '../insights/types.ts';
import { toRecording, type RecordingDetail } from '../recordings/read.ts';
import { storedSideEvents, type SideEvent } from './side-events.ts';
import { storedUsage, type BilledUsage } from './usage.ts';

/** A call with everything that belongs to it. */
export interface CallDetail {
  readonly callId: string;
  readonly callSid: string;
  readonly direction: Direction;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly status: CallStatus;
  readonly endReason: EndReason | null;
  readonly startedAt: Date;
  readonly streamStartedAt: Date | null;
  readonly endedAt: Date | null;
  readonly finalizedAt: Date | null;
  /** Whole seconds; null while the call goes on. */
  readonly durationSec: number | null;
  readonly heldMs: number;
  readonly timings: CallTimings;
  /** What was used of the models, in the call and for its analysis; empty while the call goes on. */
  readonly usage: readonly BilledUsage[];
  /** Millionths of a US dollar; null while unknown, or when a model has no known price. */
  readonly costMicroUsd: number | null;
  /** The final transcript; null until the call is completed. */
  readonly transcript: string | null;
  /** The caller asked never to be called again. */
  readonly optedOutAt: Date | null;
  /** Its words were kept as long as the business keeps them. */
  readonly wordsPurgedAt: Date | null;
  /** Everything personal was removed at the request of the person. */
  readonly erasedAt: Date | null;
  /** In the order of the conversation. */
  readonly turns: readonly TurnRecord[];
  /** What happened beside the words, in the order in which it did. */
  readonly sideEvents: readonly SideEvent[];
  readonly deliveries: readonly DeliveryDetail[];
  /** What the analysis found; null until the call is final. */
  readonly insight: Insight | null;
  /** Null when the call was not to be recorded. */
  readonly recording: RecordingDetail | null;
  readonly lead: {
    readonly leadId: string;
    readonly phone: string;
    readonly name: string | null;
    readonly fields: Readonly<Record<string, string>>;
  } | null;
}

/** A call by Twilio's CallSid, with turns, deliveries and their attempts, and its lead; null when the business has no such call. */
export async function getCallBySid(db: Database, businessId: string, callSid: string): Promise<CallDetail | null> {
  const call = await db.withBusiness(businessId, (tx) =>
    tx.call.findFirst({
      where: { callSid, businessId },
      include: {
        // While a call goes on an empty turn waits for its words; afterwards it was a noise, and no turn.
        turns: {
          where: { OR: [{ text: { not: '' } }, { call: { status: { not: 'completed' } } }] },
          orderBy: [{ position: 'asc' }, { startedMs: 'asc' }],
        },
        lead: true,
        insight: true,
        recording: true,
        deliveries: {
          orderBy: [{ createdAt: 'asc' }, { plugin: 'asc' }, { export: 'asc' }],
          select: DELIVERY_DETAIL,
        },
      },
    }),
  );
  if (call === null) return null;
  return {
    callId: call.id,
    callSid: call.callSid,
    direction: call.direction,
    fromNumber: call.fromNumber,
    toNumber: call.toNumber,
    status: call.status,
    // Sound: only the closed list is ever written.
    endReason: call.endReason as EndReason | null,
    startedAt: call.startedAt,
    streamStartedAt: call.streamStartedAt,
    endedAt: call.endedAt,
    finalizedAt: call.finalizedAt,
    durationSec: call.endedAt === null ? null : durationSeconds(call.startedAt, call.endedAt),
    heldMs: call.heldMs,
    // Sound: written by endCall from CallTimings.
    timings: call.timings as CallTimings,
    usage: storedUsage.parse(call.usage),
    costMicroUsd: call.costMicroUsd,
    transcript: call.transcript,
    optedOutAt: call.optedOutAt,
    wordsPurgedAt: call.wordsPurgedAt,
    erasedAt: call.erasedAt,
    turns: call.turns.map((turn) => ({
      itemId: turn.itemId,
      position: turn.position,
      speaker: turn.speaker,
      text: turn.text,
      interrupted: turn.interrupted,
      startedMs: turn.startedMs,
      endedMs: turn.endedMs,
    })),
    sideEvents: storedSideEvents.parse(call.sideEvents),
    deliveries: call.deliveries.map(deliveryDetail),
    insight: call.insight === null ? null : toInsight(call.insight),
    recording: call.recording === null ? null : toRecording(call.recording),
    lead:
      call.lead === null
        ? null
        : {
            leadId: call.lead.id,
            phone: call.lead.phone,
            name: call.lead.name,
            // Sound: written by saveLeadDetails, texts only.
            fields: call.lead.fields as Record<string, string>,
          },
  };
}
