export {
  ATTEMPT_LEASE_MS,
  claimDelivery,
  INTERRUPTED,
  waitingAt,
  type Claim,
  type ClaimedDelivery,
  type SealedWebhook,
} from './claim.ts';
export { emit, writeEvent, OUTBOX_CHANNEL, queueDeliveries, type EmittedEvent } from './emit.ts';
export { EVENT_DATA, EVENT_TYPES, EVENT_VERSION, eventSchema, type EventData, type EventType } from './events.ts';
export { maskHeaders, maskText, maskUrl, secretsOfUrl } from './mask.ts';
export { MAX_RESPONSE_TEXT, recordAttempt, type AttemptOutcome, type RecordedAttempt } from './record.ts';
export { getDelivery, overdueDestinations, waitingOf } from './read.ts';
export { replay } from './replay.ts';
export { MAX_ATTEMPTS, parseRetryAfter, retryDelayMs, verdictOfStatus, type AttemptVerdict } from './schedule.ts';
export { newSigningSecret, signatureHeaders } from './sign.ts';
export { settleAlerts, turnOff, type OffReason } from './standing.ts';
export { DESTINATION_OFF, TEST_EVENT } from './write.ts';
