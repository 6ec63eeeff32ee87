import { z } from 'zod';
import type { ReceivedDelivery } from '../../sandbox/receiver/index.ts';

/** Everything that leaves for one call: its transcript to Monday, and what a webhook hears of it, in its order. */
export const WEBHOOK_EVENTS = ['call.started', 'call.completed', 'call.analyzed'] as const;
export const EXPORTS = ['monday', ...WEBHOOK_EVENTS] as const;
export type Export = (typeof EXPORTS)[number];

/** What the database knows of a call. */
export interface CallFacts {
  readonly callSid: string;
  readonly endedAt: Date | null;
  readonly deliveries: readonly { readonly status: string }[];
}

/** How long something took, ms. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What the receiver's own log shows, beside what the database says. */
export interface DeliveryFigures {
  /** Calls of which the receiver took (answered 200) each export at least once. */
  readonly received: Readonly<Record<Export, number>>;
  /** Calls whose every delivery the database calls delivered. */
  readonly delivered: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** Requests taken although the same export had been taken before, with the same key. */
  readonly duplicates: number;
  /** Exports that came under more than one key: must be 0. */
  readonly foreignKeys: number;
  /** Calls whose webhook took an event before the one that happened earlier: must be 0. */
  readonly outOfOrder: number;
  /** From the end of a call to its transcript being taken as Monday's. */
  readonly endToMondayMs: Spread;
  /** From the end of a call to `call.analyzed` being taken. */
  readonly endToAnalyzedMs: Spread;
}

export interface SoakFigures extends DeliveryFigures {
  readonly calls: number;
  /** Calls whose caller did not hear the whole conversation: must be 0. */
  readonly brokenConversations: number;
  /** Requests to the webhook that were not signed with its secret at the time: must be 0. */
  readonly unsigned: number;
  readonly workersKilled: number;
  readonly databaseRestarts: number;
  readonly elapsedMs: number;
}

const transcript = z.object({ call_sid: z.string() });
const event = z.object({ type: z.enum(WEBHOOK_EVENTS), data: transcript });

/** Which export of which call a request is; null when it is about something else. */
function exportOf({ body }: ReceivedDelivery): { readonly kind: Export; readonly callSid: string } | null {
  const told = event.safeParse(body).data;
  if (told !== undefined) return { kind: told.type, callSid: told.data.call_sid };
  const sent = transcript.safeParse(body).data;
  return sent === undefined ? null : { kind: 'monday', callSid: sent.call_sid };
}

/** The id a receiver knows a request by: one, whichever header it reads. */
function keyOf({ headers }: ReceivedDelivery): string {
  const [key, id] = [headers['idempotency-key'], headers['webhook-id']];
  return id === undefined || id === key ? String(key) : `${String(key)} but ${String(id)}`;
}

/** Counts; pure. */
export function figuresOf(calls: readonly CallFacts[], requests: readonly ReceivedDelivery[]): DeliveryFigures {
  const byExport = new Map<string, ReceivedDelivery[]>();
  for (const request of requests) {
    const of = exportOf(request);
    if (of === null) continue;
    const name = `${of.kind} ${of.callSid}`;
    byExport.set(name, [...(byExport.get(name) ?? []), request]);
  }
  const received = { monday: 0, 'call.started': 0, 'call.completed': 0, 'call.analyzed': 0 };
  const waits: Record<'monday' | 'call.analyzed', number[]> = { monday: [], 'call.analyzed': [] };
  let [duplicates, foreignKeys, outOfOrder] = [0, 0, 0];
  for (const { callSid, endedAt } of calls) {
    const firstAt = new Map<Export, number>();
    for (const kind of EXPORTS) {
      const own = byExport.get(`${kind} ${callSid}`) ?? [];
      if (new Set(own.map(keyOf)).size > 1) foreignKeys++;
      const taken = own.filter(({ answered }) => answered === 200);
      if (taken[0] === undefined) continue;
      received[kind]++;
      duplicates += taken.length - 1;
      firstAt.set(kind, taken[0].at);
      if (endedAt !== null && (kind === 'monday' || kind === 'call.analyzed'))
        waits[kind].push(taken[0].at - endedAt.getTime());
    }
    const order = WEBHOOK_EVENTS.flatMap((kind) => firstAt.get(kind) ?? []);
    if (order.some((at, index) => at < (order[index - 1] ?? 0))) outOfOrder++;
  }
  return {
    received,
    delivered: calls.filter(isDelivered).length,
    requests: requests.length,
    failedRequests: requests.filter(({ answered }) => answered !== 200).length,
    duplicates,
    foreignKeys,
    outOfOrder,
    endToMondayMs: spreadOf(waits.monday),
    endToAnalyzedMs: spreadOf(waits['call.analyzed']),
  };
}

/** Whether the database calls every export of a call delivered. */
export function isDelivered({ deliveries }: CallFacts): boolean {
  return deliveries.length >= EXPORTS.length && deliveries.every(({ status }) => status === 'delivered');
}

/** Half, nineteen of twenty, and all of these are no longer. */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const share = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: share(0.5), p95: share(0.95), max: sorted.at(-1) ?? 0 };
}

/** Why the figures are not as they must be, one line each; empty when they are. */
export function faultsOf(figures: SoakFigures): string[] {
  const { calls, received, delivered, foreignKeys, outOfOrder, unsigned, brokenConversations } = figures;
  const faults = EXPORTS.flatMap((kind) =>
    received[kind] < calls ? [`${kind} of ${calls - received[kind]} calls never reached the receiver`] : [],
  );
  if (delivered < calls) faults.push(`${calls - delivered} calls are not delivered`);
  if (foreignKeys > 0) faults.push(`${foreignKeys} exports came under more than one key`);
  if (outOfOrder > 0) faults.push(`the events of ${outOfOrder} calls came out of order`);
  if (unsigned > 0) faults.push(`${unsigned} requests to the webhook were not signed with its secret`);
  if (brokenConversations > 0) faults.push(`${brokenConversations} callers did not hear everything`);
  return faults;
}
