import type { AttemptVerdict } from './schedule.ts';

/** What was sent and what came back, without what could be a secret. */
export interface AttemptTrace {
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestText: string;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** How an attempt went. */
export interface AttemptOutcome {
  /** As claimed. */
  readonly destinationId: string;
  /** Number of the attempt, as claimed. */
  readonly attempt: number;
  /** Of the words it sent, as claimed. */
  readonly revision: number;
  readonly durationMs: number;
  /** HTTP status, or null when no answer came. */
  readonly statusCode: number | null;
  /** Error code; null when delivered. */
  readonly error: string | null;
  readonly responseText: string | null;
  readonly verdict: AttemptVerdict;
  /** When to try again: with the verdict `retry`, null when this was the last attempt. */
  readonly nextAttemptAt: Date | null;
  readonly trace?: AttemptTrace;
  /** The destination asked for a pause until then. */
  readonly pausedUntil?: Date | null;
}
