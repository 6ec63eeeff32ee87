import type { Prisma } from '../../platform/db/index.ts';

/** One attempt of a delivery. */
export interface AttemptDetail {
  readonly number: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly responseText: string | null;
  /** Where it went and what was sent and answered, without secrets, cut. */
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestText: string | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** A delivery of a call, without its address and headers (they carry secrets). */
export interface DeliveryDetail {
  readonly deliveryId: string;
  readonly plugin: string;
  readonly export: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attemptCount: number;
  readonly nextAttemptAt: Date | null;
  readonly lastError: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly attempts: readonly AttemptDetail[];
}

/** What of a delivery's row {@link deliveryDetail} needs: a `select` for Prisma. */
export const DELIVERY_DETAIL = {
  id: true,
  plugin: true,
  export: true,
  status: true,
  attemptCount: true,
  nextAttemptAt: true,
  lastError: true,
  createdAt: true,
  finishedAt: true,
  attempts: {
    orderBy: { number: 'asc' },
    select: {
      number: true,
      startedAt: true,
      durationMs: true,
      statusCode: true,
      error: true,
      responseText: true,
      url: true,
      requestHeaders: true,
      requestText: true,
      responseHeaders: true,
    },
  },
} as const satisfies Prisma.DeliverySelect;

/** A row selected with {@link DELIVERY_DETAIL} as pages and API show it. */
export function deliveryDetail(row: Prisma.DeliveryGetPayload<{ select: typeof DELIVERY_DETAIL }>): DeliveryDetail {
  const { plugin, status, attemptCount, nextAttemptAt, lastError, createdAt, finishedAt, attempts } = row;
  return {
    deliveryId: row.id,
    plugin,
    export: row.export,
    status,
    attemptCount,
    nextAttemptAt,
    lastError,
    createdAt,
    finishedAt,
    attempts: attempts.map((attempt) => ({
      ...attempt,
      // Sound: written by recordAttempt, texts only.
      requestHeaders: attempt.requestHeaders as Record<string, string>,
      responseHeaders: attempt.responseHeaders as Record<string, string>,
    })),
  };
}
