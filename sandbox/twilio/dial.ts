import { actionOutcome, pause, type Outcome, type VerbRun } from './line.ts';
import { newSid } from './sid.ts';
import { numberAttribute } from './twiml.ts';
import type { DialRecord } from './types.ts';

const RING_MS = 100;

/** `<Dial>`: the called party answers or not as the dial plan says; the caller's own end stops it. */
export async function dial(run: VerbRun): Promise<Outcome> {
  const { line, verb, signal } = run;
  const to = verb.children.find((child) => child.name === 'Number')?.text ?? verb.text;
  const timeoutMs = numberAttribute(verb, 'timeout', 30) * 1000;
  const record: DialRecord = {
    sid: newSid('CA'),
    to,
    callerId: verb.attributes['callerId'] ?? line.from,
    startedAt: line.now(),
    status: 'ringing',
  };
  line.dials.push(record);
  const party = line.called(to);
  const ringMs = party.ringMs ?? (party.outcome === 'no-answer' ? timeoutMs : RING_MS);
  await pause(Math.min(ringMs, timeoutMs), signal);
  let talkedMs = 0;
  if (signal.aborted) {
    record.status = 'canceled';
  } else if (party.outcome !== 'answer') {
    record.status = party.outcome;
  } else if (ringMs > timeoutMs) {
    record.status = 'no-answer';
  } else {
    record.status = 'in-progress';
    const answeredAt = line.now();
    await pause(party.talkMs ?? Infinity, signal);
    record.status = 'completed';
    talkedMs = line.now() - answeredAt;
  }
  const answered = record.status === 'completed';
  const extra = {
    DialCallSid: record.sid,
    DialCallStatus: record.status,
    DialBridged: String(answered),
    ...(answered ? { DialCallDuration: String(Math.round(talkedMs / 1000)) } : {}),
  };
  return actionOutcome(run, extra, 'next');
}
