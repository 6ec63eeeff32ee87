import { endUnconnectedCall, openCall, settleTranscripts } from '../domain/calls/index.ts';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import type { AppSecrets } from '../platform/crypto.ts';
import type { Database } from '../platform/db/index.ts';
import type { Change } from '../platform/events.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import type { ActiveCalls } from '../voice/twilio/active-calls.ts';
import type { CallRecordings } from './recordings.ts';
import type { ExpectedStreams } from './expected-streams.ts';
import type { Switchboard } from './webhooks.ts';

export interface SwitchboardOptions {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly secrets: AppSecrets;
  readonly activeCalls: ActiveCalls;
  readonly expectedStreams: ExpectedStreams;
  readonly recordings: Pick<CallRecordings, 'reported'>;
  readonly takesCalls: () => boolean;
  /** A call of this business is about to connect its stream; returns at once. */
  readonly expectCall: (businessId: string) => void;
  /** Tells the pages what changed; returns at once. */
  readonly publish: (change: Change) => void;
}

/** Connects Twilio's webhooks with the calls in the database and in this process. */
export function switchboard(options: SwitchboardOptions): Switchboard {
  const { db, queue, log, secrets, activeCalls, expectedStreams, publish } = options;
  return {
    takesCalls: options.takesCalls,
    recordingReported: (report) => options.recordings.reported(report),
    async openCall(call) {
      const opened = await openCall(db, secrets, { ...call, direction: 'inbound' });
      if (opened.kind === 'rejected') {
        if (opened.reason !== 'unknown_number') publish({ kind: 'call', businessId: opened.businessId });
        return opened;
      }
      publish({ kind: 'call_opened', businessId: opened.businessId, callId: opened.callId });
      expectedStreams.expect(call.callSid);
      options.expectCall(opened.businessId);
      return { kind: 'accepted', parameters: { token: opened.streamToken, leg: String(opened.leg) } };
    },
    async callOver(callSid) {
      expectedStreams.came(callSid);
      const session = activeCalls.get(callSid);
      if (session !== undefined) return session.lineOver();
      const ended = await endUnconnectedCall(db, callSid);
      if (ended === null) return;
      const { businessId, callId, outboxId } = ended;
      logEvent(log, 'call_ended', { callSid, businessId, endReason: 'caller_hangup', durationMs: 0 });
      publish({ kind: 'call_ended', businessId, callId });
      await settleTranscripts(db, businessId, callId);
      await dispatchOutbox(db, queue, businessId, outboxId);
    },
  };
}
