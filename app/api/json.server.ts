import type { BusinessFacts } from '../../domain/businesses/index.ts';
import type { CallDetail, CallSummary } from '../../domain/calls/index.ts';
import type { Insight } from '../../domain/insights/index.ts';

/** A call of a list, by the API's names. Moments are ISO 8601. */
export function callSummaryJson(call: CallSummary) {
  return {
    call_id: call.callId,
    call_sid: call.callSid,
    direction: call.direction,
    from_number: call.fromNumber,
    to_number: call.toNumber,
    status: call.status,
    end_reason: call.endReason,
    started_at: call.startedAt,
    ended_at: call.endedAt,
    duration_sec: call.durationSec,
    turn_count: call.turnCount,
    lead: call.lead === null ? null : { lead_id: call.lead.leadId, name: call.lead.name, phone: call.lead.phone },
    deliveries: call.deliveries,
    insight: call.insight,
  };
}

/** A call with everything that belongs to it, by the API's names. `timings` and `…_ms` are milliseconds. */
export function callJson(call: CallDetail) {
  return {
    call_id: call.callId,
    call_sid: call.callSid,
    direction: call.direction,
    from_number: call.fromNumber,
    to_number: call.toNumber,
    status: call.status,
    end_reason: call.endReason,
    started_at: call.startedAt,
    stream_started_at: call.streamStartedAt,
    ended_at: call.endedAt,
    finalized_at: call.finalizedAt,
    duration_sec: call.durationSec,
    held_ms: call.heldMs,
    timings: call.timings,
    usage: {
      cost_micro_usd: call.costMicroUsd,
      models: call.usage.map((used) => ({
        model: used.model,
        kind: used.kind,
        text_in: used.textIn,
        text_in_cached: used.textInCached,
        audio_in: used.audioIn,
        audio_in_cached: used.audioInCached,
        text_out: used.textOut,
        audio_out: used.audioOut,
        seconds: used.seconds,
      })),
    },
    transcript: call.transcript,
    turns: call.turns.map((turn) => ({
      item_id: turn.itemId,
      position: turn.position,
      speaker: turn.speaker,
      text: turn.text,
      interrupted: turn.interrupted,
      started_ms: turn.startedMs,
      ended_ms: turn.endedMs,
    })),
    deliveries: call.deliveries.map((delivery) => ({
      delivery_id: delivery.deliveryId,
      plugin: delivery.plugin,
      export: delivery.export,
      status: delivery.status,
      attempt_count: delivery.attemptCount,
      next_attempt_at: delivery.nextAttemptAt,
      last_error: delivery.lastError,
      created_at: delivery.createdAt,
      finished_at: delivery.finishedAt,
      attempts: delivery.attempts.map((attempt) => ({
        number: attempt.number,
        started_at: attempt.startedAt,
        duration_ms: attempt.durationMs,
        status_code: attempt.statusCode,
        error: attempt.error,
        response_text: attempt.responseText,
      })),
    })),
    transcript_unavailable: call.insight?.reason === 'transcript_unavailable' ? call.insight.detail : null,
    insight: call.insight === null ? null : insightJson(call.insight),
    recording:
      call.recording === null
        ? null
        : {
            status: call.recording.status,
            reason: call.recording.reason,
            duration_ms: call.recording.durationMs,
            offset_ms: call.recording.offsetMs,
            path: call.recording.status === 'stored' ? `/calls/${encodeURIComponent(call.callSid)}/recording` : null,
          },
    lead:
      call.lead === null
        ? null
        : {
            lead_id: call.lead.leadId,
            name: call.lead.name,
            phone: call.lead.phone,
            fields: call.lead.fields,
          },
  };
}

/** What the analysis of a call found, by the API's names. `turns` and `turn` are item ids. */
export function insightJson(insight: Insight) {
  return {
    status: insight.status,
    reason: insight.reason,
    detail: insight.detail,
    model: insight.model,
    summary: insight.summary,
    next_step: insight.nextStep,
    topic: insight.topic,
    sentiment: insight.sentiment,
    outcome: insight.outcome,
    score: insight.score,
    score_reasons: insight.scoreReasons,
    fields: insight.fields,
    follow_ups: insight.followUps,
    analysed_at: insight.analysedAt,
  };
}

/** A business, by the API's names. */
export function businessJson(business: BusinessFacts) {
  return {
    id: business.id,
    name: business.name,
    contact_phone: business.contactPhone,
    contact_email: business.contactEmail,
    address: business.address,
    time_zone: business.timeZone,
    numbers: business.numbers,
  };
}
