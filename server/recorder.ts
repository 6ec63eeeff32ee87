import { type CallEnd, endCall, noteStreamStarted, saveTurns, settleTranscripts } from '../domain/calls/index.ts';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import type { Database } from '../platform/db/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import type { CallRecorder } from '../voice/session/session.ts';
import type { TurnRecord } from '../voice/session/turns.ts';

/** Waits between attempts while the database is away; the last one repeats. */
const RETRY_DELAYS_MS = [200, 500, 1000, 2000, 5000] as const;

export interface RecorderOptions {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly businessId: string;
  readonly callId: string;
  readonly callSid: string;
  /** Tells other processes that something of the call changed; must not throw. */
  readonly onSaved: (kind: 'turns' | 'ended' | 'settled') => void;
}

/** A recorder whose writing can be waited for. */
export interface DatabaseRecorder extends CallRecorder {
  /** Resolves when everything told so far is in the database. */
  idle(): Promise<void>;
}

/**
 * Writes a call into the database behind its back: what is told is kept in memory and written in order; while the
 * database is away it is tried again until it is back, and turns that changed meanwhile are written once.
 */
export function databaseRecorder(options: RecorderOptions): DatabaseRecorder {
  const { db, queue, log, businessId, callId, callSid, onSaved } = options;
  const startedAt = new Date();
  const turns = new Map<string, TurnRecord>();
  let streamNoted = false;
  let end: CallEnd | null = null;
  let endWritten = false;
  let settleAsked = false;
  let settleWritten = false;
  let running: Promise<void> | null = null;

  /** Writes one thing; false when nothing is left to write. */
  async function writeNext(): Promise<boolean> {
    if (!streamNoted) {
      await noteStreamStarted(db, businessId, callId, startedAt);
      streamNoted = true;
    } else if (turns.size > 0) {
      const batch = [...turns.values()];
      await saveTurns(db, businessId, callId, batch);
      for (const turn of batch) if (turns.get(turn.itemId) === turn) turns.delete(turn.itemId);
      onSaved('turns');
    } else if (end !== null && !endWritten) {
      await endCall(db, businessId, callId, end);
      endWritten = true;
      onSaved('ended');
    } else if (settleAsked && endWritten && !settleWritten) {
      await settleTranscripts(db, businessId, callId);
      settleWritten = true;
      onSaved('settled');
      // Finalising waits for the settled transcript, so its job is handed over only now. The row carries the call's id.
      await dispatchOutbox(db, queue, businessId, callId);
    } else return false;
    return true;
  }

  async function write(): Promise<void> {
    let failures = 0;
    for (;;) {
      try {
        if (!(await writeNext())) return;
        failures = 0;
      } catch (err) {
        logEvent(log, 'call_write_failed', { callSid, businessId, failures, err }, 'error');
        const delayMs = RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)];
        failures++;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }

  function wake(): void {
    running ??= write().finally(() => {
      running = null;
    });
  }

  wake();
  return {
    saveTurns(records) {
      for (const record of records) turns.set(record.itemId, record);
      wake();
    },
    callEnded({ reason, heldMs, timings }) {
      const endedAt = new Date();
      const durationMs = endedAt.getTime() - startedAt.getTime();
      logEvent(log, 'call_ended', { callSid, businessId, endReason: reason, durationMs });
      end = { endReason: reason, endedAt, heldMs, timings: { ...timings } };
      wake();
    },
    transcriptsSettled() {
      settleAsked = true;
      wake();
    },
    alert(kind) {
      logEvent(log, 'business_alert', { callSid, businessId, kind }, 'warn');
    },
    idle: async () => {
      while (running !== null) await running;
    },
  };
}
