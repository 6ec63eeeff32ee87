import { z } from 'zod';
import type { JobCatalog } from '../platform/queue/index.ts';

/** Every job the worker does. Payloads carry ids only; what they name is read when the job runs. */
export const jobs = {
  /** Joins an ended call's turns to its transcript and plans its deliveries; waits until the transcriptions have settled. */
  'call-finalize': {
    payload: z.object({ businessId: z.uuid(), callId: z.uuid() }),
    attempts: 8,
    timeoutMs: 20_000,
    concurrency: 10,
  },
  /** One attempt to send one delivery. Its retries live in the delivery's row; these attempts are for a database that is away. */
  deliver: {
    payload: z.object({ businessId: z.uuid(), deliveryId: z.uuid() }),
    attempts: 8,
    timeoutMs: 25_000,
    // Most of an attempt is waiting for a stranger: many that wait must not keep the quick ones.
    concurrency: 50,
  },
  /** Takes up what waits at a destination that was held back. One at a time for each. */
  'deliver-waiting': {
    payload: z.object({ businessId: z.uuid(), destinationId: z.uuid() }),
    attempts: 8,
    timeoutMs: 20_000,
    concurrency: 4,
  },
  /** Sends again what failed at a destination between two moments; run again it goes on where it was. */
  'deliveries-replay': {
    payload: z.object({
      businessId: z.uuid(),
      destinationId: z.uuid(),
      since: z.iso.datetime(),
      until: z.iso.datetime(),
    }),
    attempts: 8,
    timeoutMs: 60_000,
    concurrency: 1,
  },
  /**
   * Asks a language model about a finished call. Nothing waits for it; a model that is out of order for some minutes is
   * waited for.
   */
  'call-analyze': {
    payload: z.object({ businessId: z.uuid(), callId: z.uuid() }),
    attempts: 6,
    backoffMs: 2_000,
    timeoutMs: 90_000,
    concurrency: 10,
  },
  /** Brings a recording from Twilio, where it may not be there yet, into the store. */
  'recording-fetch': {
    payload: z.object({ businessId: z.uuid(), recordingId: z.uuid() }),
    attempts: 10,
    backoffMs: 2_000,
    timeoutMs: 180_000,
    concurrency: 3,
  },
  /** Removes the file of a recording that is gone. A store that is away is waited for. */
  'recording-remove': {
    payload: z.object({ businessId: z.uuid(), recordingId: z.uuid() }),
    attempts: 12,
    backoffMs: 2_000,
    timeoutMs: 30_000,
    concurrency: 3,
  },
  /** Writes down a call whose caller nobody transcribed while it went on, from its recording. */
  'recording-transcribe': {
    payload: z.object({ businessId: z.uuid(), recordingId: z.uuid() }),
    attempts: 6,
    backoffMs: 5_000,
    timeoutMs: 600_000,
    concurrency: 2,
  },
  /**
   * Renders what a business's calls may have to say at once and have not got in its voice. Nobody waits for it, so that a
   * model that is out of order for some minutes is waited for.
   */
  'speech-render': {
    payload: z.object({ businessId: z.uuid() }),
    attempts: 6,
    backoffMs: 5_000,
    timeoutMs: 240_000,
    concurrency: 2,
  },
  /** Hands every business to its purge: once a day, and when a worker starts. */
  'retention-sweep': {
    payload: z.object({}),
    attempts: 3,
    backoffMs: 60_000,
    timeoutMs: 5 * 60_000,
    everyMs: 24 * 60 * 60_000,
    concurrency: 1,
  },
  /** Removes what a business has kept for long enough. */
  'retention-purge': {
    payload: z.object({ businessId: z.uuid() }),
    attempts: 3,
    backoffMs: 60_000,
    timeoutMs: 5 * 60_000,
    concurrency: 1,
  },
  /** Goes on with the erasure of a person's data. A call that has not come to its end is waited for, for hours if need be. */
  'subject-erase': {
    payload: z.object({ businessId: z.uuid(), erasureId: z.uuid() }),
    attempts: 100,
    backoffMs: 5_000,
    timeoutMs: 5 * 60_000,
    concurrency: 2,
  },
  /** Sends an invitation to the business by mail. */
  'mail-invitation': {
    payload: z.object({ businessId: z.uuid(), invitationId: z.uuid() }),
    attempts: 8,
    backoffMs: 5_000,
    timeoutMs: 30_000,
  },
  /** Sends a link that sets a new password; where nobody has the address, nothing. */
  'mail-password-reset': {
    payload: z.object({ resetId: z.uuid() }),
    attempts: 6,
    backoffMs: 5_000,
    timeoutMs: 30_000,
  },
  /** Finds what lost its process or its job, and takes it up again. */
  'calls-sweep': {
    payload: z.object({}),
    attempts: 1,
    timeoutMs: 30_000,
    everyMs: 10_000,
    concurrency: 1,
  },
} as const satisfies JobCatalog;
