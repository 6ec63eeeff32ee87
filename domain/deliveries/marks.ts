/**
 * Milliseconds for which an attempt owns its delivery: longer than a request may take. When its process dies, the
 * delivery is due again afterwards.
 */
export const ATTEMPT_LEASE_MS = 30_000;

/** What the attempt row says until its outcome is known, and for ever when the process died. */
export const INTERRUPTED = 'interrupted';

/** Type of the event somebody sends to see whether a destination works; it goes to one that is turned off as well. */
export const TEST_EVENT = 'test';

/** Why a delivery failed without an attempt: its destination was turned off. */
export const DESTINATION_OFF = 'destination_off';

/** What an attempt keeps of what was sent and answered once that was removed or erased. */
export const NO_CONTENT = { requestText: null, responseText: null, requestHeaders: {}, responseHeaders: {} } as const;
