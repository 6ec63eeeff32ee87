import type { CallEnd, CallWrite } from '../domain/calls/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { CallRecorder } from '../voice/session/session.ts';
import type { AlertKind, SideEvent } from '../voice/session/effects.ts';
import type { TurnRecord } from '../voice/session/turns.ts';
import { type CallUsage, addUsage } from '../voice/session/usage.ts';
import type { CallWriter } from './call-writer.ts';

/** Waits between attempts while the database is away; the last one repeats. */
const RETRY_DELAYS_MS = [200, 500, 1000, 2000, 5000] as const;

/** More than a conversation has: who leans on a key for an hour does not fill the database. */
const MAX_SIDE_EVENTS = 500;

export interface RecorderOptions {
  readonly writer: Pick<CallWriter, 'together' | 'alone' | 'hurry'>;
  readonly log: Log;
  readonly businessId: string;
  readonly callId: string;
  readonly callSid: string;
  /** The caller's number is withheld: nobody could be kept from ringing it. */
  readonly withoutNumber?: boolean;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, run: () => void) => unknown;
  /** Something only the owner can mend; must not throw. Default: the log alone. */
  readonly onAlert?: (kind: AlertKind) => void;
  /** The model's first reply of the call; must not throw. */
  readonly onModelAnswers?: () => void;
  /** Tells other processes that something of the call changed; must not throw. */
  readonly onSaved: (kind: 'turns' | 'ended' | 'settled') => void;
}

/** A recorder whose writing can be waited for. */
export interface DatabaseRecorder extends CallRecorder {
  /** Resolves when everything told so far is in the database. */
  idle(): Promise<void>;
}

/**
 * Writes a call into the database behind its back: what is told is kept in memory and written in order, together with
 * other calls; while the database is away it is tried again until it is back, and turns that changed meanwhile are
 * written once.
 */
export function databaseRecorder(options: RecorderOptions): DatabaseRecorder {
  const { writer, log, businessId, callId, callSid, onSaved } = options;
  const startedAt = new Date();
  const turns = new Map<string, TurnRecord>();
  let streamNoted = false;
  let end: CallEnd | null = null;
  let endWritten = false;
  let usage: CallUsage = [];
  let writtenUsage = usage;
  let sideEvents: readonly SideEvent[] = [];
  let writtenSideEvents = sideEvents;
  let optedOutAt: Date | null = null;
  let optOutWritten = false;
  let settleAsked = false;
  let settleWritten = false;
  let running: Promise<void> | null = null;

  const isWritten = () =>
    streamNoted &&
    turns.size === 0 &&
    sideEvents === writtenSideEvents &&
    (end === null || endWritten) &&
    isSettleWritten() &&
    isOptOutWritten();
  const isOptOutWritten = () => optedOutAt === null || optOutWritten;
  const isSettleWritten = () => !settleAsked || end === null || settleWritten;

  /** Everything that is not written yet. */
  function collect(): CallWrite {
    return {
      callId,
      ...(streamNoted ? {} : { streamStartedAt: startedAt }),
      turns: [...turns.values()],
      ...(sideEvents === writtenSideEvents ? {} : { sideEvents }),
      ...(optedOutAt === null || optOutWritten ? {} : { optedOutAt }),
      ...(end === null || endWritten ? {} : { end }),
      // With the end, and once more when the last transcriptions came after it.
      ...(end === null || usage === writtenUsage ? {} : { usage }),
      settled: settleAsked && end !== null && !settleWritten,
    };
  }

  function noteWritten(written: CallWrite): void {
    streamNoted = true;
    // A turn that changed meanwhile is another record by now and stays.
    for (const turn of written.turns ?? []) if (turns.get(turn.itemId) === turn) turns.delete(turn.itemId);
    if ((written.turns ?? []).length > 0 || written.sideEvents !== undefined) onSaved('turns');
    writtenSideEvents = written.sideEvents ?? writtenSideEvents;
    writtenUsage = written.usage ?? writtenUsage;
    if (written.optedOutAt !== undefined) optOutWritten = true;
    if (written.end !== undefined) {
      endWritten = true;
      onSaved('ended');
    }
    if (written.settled === true) {
      settleWritten = true;
      onSaved('settled');
    }
  }

  async function write(): Promise<void> {
    let failures = 0;
    while (!isWritten()) {
      try {
        // After a failure on its own: it may have been another call of the transaction that could not be written.
        const written =
          failures === 0 ? writer.together(businessId, collect, end !== null) : writer.alone(businessId, collect);
        noteWritten(await written);
        failures = 0;
      } catch (err) {
        logEvent(log, 'call_write_failed', { callSid, businessId, failures, err }, 'error');
        const delayMs = RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)] as number;
        failures++;
        await new Promise<void>((resolve) => void options.after(delayMs, resolve));
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
    happened(event) {
      if (sideEvents.length >= MAX_SIDE_EVENTS) return;
      sideEvents = [...sideEvents, event];
      wake();
    },
    callEnded({ reason, heldMs, timings }) {
      const endedAt = new Date();
      const durationMs = endedAt.getTime() - startedAt.getTime();
      logEvent(log, 'call_ended', { callSid, businessId, endReason: reason, durationMs });
      end = { endReason: reason, endedAt, heldMs, timings: { ...timings } };
      wake();
      writer.hurry(businessId);
    },
    optedOut() {
      logEvent(log, 'caller_opted_out', { callSid, businessId, listed: options.withoutNumber !== true });
      optedOutAt ??= new Date();
      wake();
    },
    transcriptsSettled() {
      settleAsked = true;
      wake();
      writer.hurry(businessId);
    },
    alert(kind) {
      logEvent(log, 'business_alert', { callSid, businessId, kind }, 'warn');
      options.onAlert?.(kind);
    },
    usage(used) {
      if (used.kind === 'speech' && !usage.some(({ kind }) => kind === 'speech')) options.onModelAnswers?.();
      usage = addUsage(usage, used);
    },
    idle: async () => {
      while (running !== null) await running;
    },
  };
}
