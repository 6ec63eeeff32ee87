import { pause, type Line } from './line.ts';
import type { CallStatus, CalledParty } from './types.ts';

/** What a call created over REST asks for. */
export interface OutboundOptions {
  /** Waits in the queue this long, by the account's calls per second (ms). */
  readonly queuedMs: number;
  /** Rings this long at most (ms). */
  readonly timeoutMs: number;
  /** Ends this long after the answer (ms; Infinity: no limit). */
  readonly timeLimitMs: number;
  /** Which of initiated, ringing, answered, completed are reported. */
  readonly statusEvents: ReadonlySet<string>;
  readonly machineDetection: { readonly async: boolean; readonly callbackUrl: string | null } | null;
}

/** The call, as far as its ringing goes. */
export interface RingingLine extends Pick<Line, 'form' | 'aside' | 'answer' | 'now'> {
  answeredBy: string | null;
  setStatus(status: CallStatus): void;
  finish(by: 'rest' | 'caller', status: 'completed'): void;
}

const RING_MS = 100;
const DETECTION_MS = 50;

/** Queues, rings and is answered: null; or the status the call ends with. */
export async function ring(
  line: RingingLine,
  options: OutboundOptions,
  party: CalledParty,
  signal: AbortSignal,
): Promise<CallStatus | null> {
  await pause(options.queuedMs, signal);
  if (signal.aborted) return 'canceled';
  line.setStatus('initiated');
  line.setStatus('ringing');
  const ringMs = party.ringMs ?? (party.outcome === 'no-answer' ? options.timeoutMs : RING_MS);
  await pause(Math.min(ringMs, options.timeoutMs), signal);
  if (signal.aborted) return 'canceled';
  if (party.outcome !== 'answer') return party.outcome;
  if (ringMs > options.timeoutMs) return 'no-answer';
  line.answer();
  endAfter(line, 'rest', options.timeLimitMs);
  endAfter(line, 'caller', party.talkMs ?? Infinity);
  await detectMachine(line, options, party, signal);
  return null;
}

function endAfter(line: RingingLine, by: 'rest' | 'caller', ms: number): void {
  if (ms !== Infinity) setTimeout(() => line.finish(by, 'completed'), ms).unref();
}

async function detectMachine(
  line: RingingLine,
  { machineDetection }: OutboundOptions,
  party: CalledParty,
  signal: AbortSignal,
): Promise<void> {
  if (machineDetection === null) return;
  const found = party.answeredBy ?? 'human';
  const detection = pause(DETECTION_MS, signal);
  if (!machineDetection.async) {
    await detection;
    line.answeredBy = found;
    return;
  }
  void detection.then(() => {
    line.answeredBy = found;
    const { callbackUrl: url } = machineDetection;
    if (url === null || signal.aborted) return;
    const form = line.form();
    const params = {
      AccountSid: form['AccountSid'] ?? '',
      CallSid: form['CallSid'] ?? '',
      AnsweredBy: found,
      MachineDetectionDuration: String(DETECTION_MS),
    };
    line.aside({ url, method: 'POST', params });
  });
}
