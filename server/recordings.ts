import { beginRecording, recordingFailed, recordingStarted, reportRecording } from '../domain/recordings/index.ts';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { Change } from '../platform/events.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import type { TwilioRecordings } from '../voice/twilio/recordings.ts';

export interface CallRecordingsOptions {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly twilio: Pick<TwilioRecordings, 'start'>;
  /** Where Twilio says what became of a recording. */
  readonly callbackUrl: string;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Tells the pages what changed; returns at once. */
  readonly publish: (change: Change) => void;
}

/** A call whose stream has just begun. */
export interface RecordedCall {
  readonly businessId: string;
  readonly callId: string;
  readonly callSid: string;
  readonly accountSid: string;
}

/** What Twilio's status callback says. */
export interface RecordingForm {
  readonly callSid: string;
  readonly recordingSid: string;
  readonly status: string;
}

/** Requests to begin; the call goes on meanwhile. */
const TRIES = 2;

/** Has calls recorded, beside them: whatever fails here is logged and is nothing to the call. */
export class CallRecordings {
  readonly #options: CallRecordingsOptions;

  constructor(options: CallRecordingsOptions) {
    this.#options = options;
  }

  /** Begins to record a call; returns at once. The call's clock begins now. */
  begin(call: RecordedCall): void {
    this.#begin(call, this.#options.now()).catch((err: unknown) => {
      const { callSid, businessId } = call;
      logEvent(this.#options.log, 'recording_not_started', { callSid, businessId, err }, 'warn');
    });
  }

  /** A recording is ready, or there is none. Never rejects for what the form says. */
  async reported({ callSid, recordingSid, status }: RecordingForm): Promise<void> {
    if (status !== 'completed' && status !== 'absent' && status !== 'failed') return;
    const { db, queue } = this.#options;
    const taken = await reportRecording(db, { callSid, recordingSid, status });
    if (taken === null) return;
    const { businessId, callId, outboxId } = taken;
    if (outboxId !== null) await dispatchOutbox(db, queue, businessId, outboxId);
    this.#options.publish({ kind: 'call', businessId, callId });
  }

  async #begin(call: RecordedCall, clockZero: number): Promise<void> {
    const { db, twilio, callbackUrl, now } = this.#options;
    const recordingId = await beginRecording(db, call.businessId, call.callId);
    if (recordingId === null) return;
    const of = { businessId: call.businessId, recordingId };
    for (let attempt = 1; ; attempt++) {
      try {
        const asked = now();
        const recordingSid = await twilio.start({ ...call, callbackUrl });
        // Twilio began somewhere between the question and its answer.
        await recordingStarted(db, of, { recordingSid, offsetMs: (asked + now()) / 2 - clockZero });
        return;
      } catch (error) {
        if (attempt < TRIES) continue;
        await recordingFailed(db, of, 'recording_not_started');
        throw error;
      }
    }
  }
}
