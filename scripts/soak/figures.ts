import { z } from 'zod';
import type { ReceivedDelivery } from '../../sandbox/receiver/index.ts';

/** What the database knows of a call. */
export interface CallFacts {
  readonly callSid: string;
  readonly endedAt: Date | null;
  readonly deliveries: readonly { readonly status: string }[];
}

/** What the receiver's own log shows, beside what the database says. */
export interface DeliveryFigures {
  /** Calls the receiver took (answered 200) at least once. */
  readonly received: number;
  /** Calls whose every delivery the database calls delivered. */
  readonly delivered: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** Requests taken although the same call had been taken before, with the same key. */
  readonly duplicates: number;
  /** Calls that came under more than one key: must be 0. */
  readonly foreignKeys: number;
  /** From the end of a call to its being taken, ms. */
  readonly endToReceivedMs: { readonly p50: number; readonly p95: number; readonly max: number };
}

export interface SoakFigures extends DeliveryFigures {
  readonly calls: number;
  /** Calls whose caller did not hear the whole conversation: must be 0. */
  readonly brokenConversations: number;
  readonly workersKilled: number;
  readonly elapsedMs: number;
}

const body = z.object({ call_sid: z.string() });

/** Counts; pure. */
export function figuresOf(calls: readonly CallFacts[], requests: readonly ReceivedDelivery[]): DeliveryFigures {
  const byCall = new Map<string, ReceivedDelivery[]>();
  for (const request of requests) {
    const { call_sid: callSid } = body.parse(request.body);
    byCall.set(callSid, [...(byCall.get(callSid) ?? []), request]);
  }
  const waits: number[] = [];
  let [received, duplicates, foreignKeys] = [0, 0, 0];
  for (const { callSid, endedAt } of calls) {
    const own = byCall.get(callSid) ?? [];
    if (new Set(own.map(({ headers }) => headers['idempotency-key'])).size > 1) foreignKeys++;
    const taken = own.filter(({ answered }) => answered === 200);
    if (taken[0] === undefined) continue;
    received++;
    duplicates += taken.length - 1;
    if (endedAt !== null) waits.push(taken[0].at - endedAt.getTime());
  }
  waits.sort((a, b) => a - b);
  const share = (part: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] ?? 0;
  return {
    received,
    delivered: calls.filter(
      ({ deliveries }) => deliveries.length > 0 && deliveries.every(({ status }) => status === 'delivered'),
    ).length,
    requests: requests.length,
    failedRequests: requests.filter(({ answered }) => answered !== 200).length,
    duplicates,
    foreignKeys,
    endToReceivedMs: { p50: share(0.5), p95: share(0.95), max: waits.at(-1) ?? 0 },
  };
}

/** Why the figures are not as they must be, one line each; empty when they are. */
export function faultsOf(figures: SoakFigures): string[] {
  const faults: string[] = [];
  if (figures.received < figures.calls)
    faults.push(`${figures.calls - figures.received} calls never reached the receiver`);
  if (figures.delivered < figures.calls) faults.push(`${figures.calls - figures.delivered} calls are not delivered`);
  if (figures.foreignKeys > 0) faults.push(`${figures.foreignKeys} calls came under more than one key`);
  if (figures.brokenConversations > 0) faults.push(`${figures.brokenConversations} callers did not hear everything`);
  return faults;
}
