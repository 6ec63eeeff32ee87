export { ATTEMPT_LEASE_MS, claimDelivery, INTERRUPTED, type Claim, type ClaimedDelivery } from './claim.ts';
export { MAX_RESPONSE_TEXT, recordAttempt, type AttemptOutcome } from './record.ts';
export { dueDeliveries, getDelivery, replay } from './read.ts';
export { MAX_ATTEMPTS, parseRetryAfter, retryDelayMs, verdictOfStatus, type AttemptVerdict } from './schedule.ts';
