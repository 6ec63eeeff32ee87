import {
  claimDelivery,
  maskHeaders,
  maskText,
  maskUrl,
  parseRetryAfter,
  recordAttempt,
  retryDelayMs,
  secretsOfUrl,
  signatureHeaders,
  verdictOfStatus,
  type AttemptOutcome,
  type ClaimedDelivery,
} from '../domain/deliveries/index.ts';
import { secretHeaders } from '../domain/secrets/index.ts';
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
  const { db, queue, clock } = context;
  const claim = await claimDelivery(db, businessId, deliveryId, clock.now());
  switch (claim.kind) {
    case 'closed':
    case 'behind':
      return;
    case 'early':
      // Without an id: a job for this moment may be the one that runs, a touch before its time.
      await queue.enqueue('deliver', { businessId, deliveryId }, { delayMs: claim.waitMs });
      return;
    case 'held': {
      // One look for all that wait there, not one for each.
      const { destinationId, waitMs } = claim;
      const id = `deliver-waiting-${destinationId}`;
      await queue.enqueue('deliver-waiting', { businessId, destinationId }, { id, delayMs: waitMs });
      return;
    }
    case 'claimed':
      return attemptClaimed(context, businessId, claim);
  }
}

async function attemptClaimed(context: WorkerContext, businessId: string, claim: ClaimedDelivery): Promise<void> {
  const { db, log, clock } = context;
  const { deliveryId, destinationId, callId } = claim;
  const changed = () => void context.publish({ kind: 'delivery', businessId, ...(callId === null ? {} : { callId }) });
  // The attempt is on the page while it runs.
  changed();
  const outcome = await attempt(context, businessId, claim);
  const { status, standing, next } = await recordAttempt(db, businessId, deliveryId, outcome, clock.now());
  logEvent(log, 'delivery_attempted', {
    businessId,
    callId,
    deliveryId,
    destinationId,
    plugin: claim.plugin,
    event: claim.event,
    attempt: claim.attempt,
    statusCode: outcome.statusCode,
    error: outcome.error,
    durationMs: outcome.durationMs,
    status,
  });
  if (standing !== 'unchanged') {
    logEvent(log, 'destination_changed', { businessId, destinationId, standing }, 'warn');
    void context.publish({ kind: 'alert', businessId });
  }
  const { nextAttemptAt } = outcome;
  if (status === 'pending' && nextAttemptAt !== null) {
    await enqueueDelivery(context, businessId, { deliveryId, nextAttemptAt });
  }
  for (const waiting of next) await enqueueDelivery(context, businessId, waiting);
  changed();
}

/** A request with its secrets open. */
interface Prepared {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be shown of it, or of its answer. */
  readonly secrets: readonly string[];
}

async function attempt(context: WorkerContext, businessId: string, claim: ClaimedDelivery): Promise<AttemptOutcome> {
  const { clock } = context;
  const begun = clock.monotonicMs();
  const { attempt: number, revision, destinationId } = claim;
  const prepared = await prepare(context, businessId, claim);
  const answer: Answer = prepared.ok ? await post(context, prepared.request, claim.body) : prepared;
  const request = prepared.ok ? prepared.request : null;
  const facts = {
    destinationId,
    attempt: number,
    revision,
    durationMs: Math.round(clock.monotonicMs() - begun),
    trace: {
      url: request === null ? '' : maskUrl(request.url),
      requestHeaders: maskHeaders(request?.headers ?? {}, request?.secrets ?? []),
      requestText: maskText(claim.body, request?.secrets ?? []),
      responseHeaders: answer.ok ? maskHeaders(answer.response.headers, request?.secrets ?? []) : {},
    },
  };
  if (!answer.ok) {
    const none = { ...facts, statusCode: null, error: answer.error, responseText: null };
    return answer.permanent
      ? { ...none, verdict: 'give_up', nextAttemptAt: null }
      : { ...none, ...again(context, claim, null) };
  }
  const { status, text, headers } = answer.response;
  const received = { ...facts, statusCode: status, responseText: maskText(text, request?.secrets ?? []) };
  const verdict = verdictOfStatus(status);
  if (verdict === 'delivered') return { ...received, error: null, verdict, nextAttemptAt: null };
  const error = status >= 300 && status < 400 ? 'redirect_refused' : `http_${status}`;
  if (verdict === 'give_up') return { ...received, error, verdict, nextAttemptAt: null };
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? null, clock.now());
  const follows = again(context, claim, retryAfterMs);
  // 429 is about all that is sent there; a 503 may be about this one request.
  const pausedUntil = status === 429 && retryAfterMs !== null ? follows.nextAttemptAt : null;
  return { ...received, error, ...follows, pausedUntil };
}

function again(
  { clock, random }: WorkerContext,
  claim: ClaimedDelivery,
  retryAfterMs: number | null,
): Pick<AttemptOutcome, 'verdict' | 'nextAttemptAt'> {
  const delayMs = retryDelayMs(claim.attemptOfCycle, retryAfterMs, random());
  return { verdict: 'retry', nextAttemptAt: delayMs === null ? null : new Date(clock.now().getTime() + delayMs) };
}

type Answer =
  | { readonly ok: true; readonly response: OutgoingResponse }
  | { readonly ok: false; readonly error: string; readonly permanent: boolean };

/** Opens what is sealed and signs; what cannot be opened fails for good, and not the job. */
async function prepare(
  context: WorkerContext,
  businessId: string,
  claim: ClaimedDelivery,
): Promise<{ readonly ok: true; readonly request: Prepared } | (Answer & { readonly ok: false })> {
  const { vault, clock } = context;
  try {
    const { webhook, deliveryId, destinationId } = claim;
    const url =
      webhook === null
        ? claim.url
        : vault.open(webhook.urlSealed, { businessId, name: `destination-url:${destinationId}` });
    const keys = (webhook?.secretsSealed ?? []).map((sealed) =>
      vault.open(sealed, { businessId, name: `destination-secret:${destinationId}` }),
    );
    const secrets = await ofPlugin(context, businessId, claim);
    // Names in lower case, so that an export cannot put a second one beside ours.
    const own = Object.entries(claim.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      ...Object.fromEntries(own),
      ...secrets,
      'user-agent': USER_AGENT,
      'idempotency-key': deliveryId,
      ...(keys.length === 0 ? {} : signatureHeaders(deliveryId, clock.now(), claim.body, keys)),
    };
    return { ok: true, request: { url, headers, secrets: [...keys, ...Object.values(secrets), ...secretsOfUrl(url)] } };
  } catch (error) {
    return refusal(error);
  }
}

/** The headers with the secrets of the plugin whose export this is. */
async function ofPlugin(
  { db, vault, registry }: WorkerContext,
  businessId: string,
  { webhook, plugin }: ClaimedDelivery,
): Promise<Record<string, string>> {
  const secrets = webhook === null ? (registry.cards.find(({ name }) => name === plugin)?.secrets ?? []) : [];
  return secrets.length === 0 ? {} : db.withBusiness(businessId, (tx) => secretHeaders(tx, vault, businessId, secrets));
}

async function post({ send }: WorkerContext, { url, headers }: Prepared, body: string): Promise<Answer> {
  try {
    const response = await send({ method: 'POST', url, headers, body, timeoutMs: REQUEST_TIMEOUT_MS });
    return { ok: true, response };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Answer & { readonly ok: false } {
  if (!isAppError(error)) throw error;
  const reason = error.details['reason'];
  const code = typeof reason === 'string' ? `${error.code}:${reason}` : error.code;
  return { ok: false, error: code, permanent: error.permanent };
}
