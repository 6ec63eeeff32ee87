import {
  claimDelivery,
  parseRetryAfter,
  recordAttempt,
  retryDelayMs,
  verdictOfStatus,
  type AttemptOutcome,
  type ClaimedDelivery,
} from '../domain/deliveries/index.ts';
import { isAppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import type { OutgoingResponse } from '../platform/outgoing.ts';
import type { WorkerContext } from './context.ts';
import { enqueueDelivery } from './enqueue.ts';

/** Milliseconds a receiver has for its answer. */
const REQUEST_TIMEOUT_MS = 10_000;
const USER_AGENT = 'ProSaaS-Webhooks/1.0';

/**
 * One attempt to send a delivery. What follows (delivered, tried again when, given up) is written in its row and, for a
 * further attempt, handed to the queue. Neither the address nor what was sent reaches the log or the queue.
 */
export async function deliver(
  context: WorkerContext,
  { businessId, deliveryId }: { readonly businessId: string; readonly deliveryId: string },
): Promise<void> {
  const { db, queue, log, clock } = context;
  const claim = await claimDelivery(db, businessId, deliveryId, clock.now());
  if (claim.kind === 'closed') return;
  if (claim.kind === 'early') {
    // Without an id: a job for this moment may be the one that runs, a touch before its time.
    await queue.enqueue('deliver', { businessId, deliveryId }, { delayMs: claim.waitMs });
    return;
  }

  // The attempt is on the page while it runs.
  void context.publish({ kind: 'delivery', businessId, callId: claim.callId });
  const outcome = await attempt(context, claim);
  const status = await recordAttempt(db, businessId, deliveryId, outcome, clock.now());
  logEvent(log, 'delivery_attempted', {
    businessId,
    callId: claim.callId,
    deliveryId,
    plugin: claim.plugin,
    attempt: claim.attempt,
    statusCode: outcome.statusCode,
    error: outcome.error,
    durationMs: outcome.durationMs,
    status,
  });
  const { nextAttemptAt } = outcome;
  if (status === 'pending' && nextAttemptAt !== null) {
    await enqueueDelivery(context, businessId, { deliveryId, nextAttemptAt });
  }
  void context.publish({ kind: 'delivery', businessId, callId: claim.callId });
}

async function attempt(context: WorkerContext, claim: ClaimedDelivery): Promise<AttemptOutcome> {
  const { clock } = context;
  const begun = clock.monotonicMs();
  const answer = await post(context, claim);
  const { attempt: number, revision } = claim;
  const facts = { attempt: number, revision, durationMs: Math.round(clock.monotonicMs() - begun) };
  if (!answer.ok) {
    const none = { ...facts, statusCode: null, error: answer.error, responseText: null };
    return answer.permanent
      ? { ...none, verdict: 'give_up', nextAttemptAt: null }
      : { ...none, ...again(context, claim, null) };
  }
  const { status, text, headers } = answer.response;
  const received = { ...facts, statusCode: status, responseText: text };
  const verdict = verdictOfStatus(status);
  if (verdict === 'delivered') return { ...received, error: null, verdict, nextAttemptAt: null };
  const error = status >= 300 && status < 400 ? 'redirect_refused' : `http_${status}`;
  if (verdict === 'give_up') return { ...received, error, verdict, nextAttemptAt: null };
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? null, clock.now());
  return { ...received, error, ...again(context, claim, retryAfterMs) };
}

function again(
  { clock, random }: WorkerContext,
  claim: ClaimedDelivery,
  retryAfterMs: number | null,
): Pick<AttemptOutcome, 'verdict' | 'nextAttemptAt'> {
  const delayMs = retryDelayMs(claim.attempt, retryAfterMs, random());
  return { verdict: 'retry', nextAttemptAt: delayMs === null ? null : new Date(clock.now().getTime() + delayMs) };
}

type Answer =
  | { readonly ok: true; readonly response: OutgoingResponse }
  | { readonly ok: false; readonly error: string; readonly permanent: boolean };

async function post({ send }: WorkerContext, claim: ClaimedDelivery): Promise<Answer> {
  // Names in lower case, so that an export cannot put a second one beside ours.
  const own = Object.entries(claim.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...Object.fromEntries(own),
    'user-agent': USER_AGENT,
    'idempotency-key': claim.deliveryId,
  };
  try {
    const response = await send({
      method: 'POST',
      url: claim.url,
      headers,
      body: claim.body,
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
    return { ok: true, response };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const reason = error.details['reason'];
    const code = typeof reason === 'string' ? `${error.code}:${reason}` : error.code;
    return { ok: false, error: code, permanent: error.permanent };
  }
}
