import { continueErasure } from '../domain/privacy/index.ts';
import { AppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';

/** Steps of one run; another goes on. */
const STEPS = 100;

/**
 * Goes on with the erasure of a person's data until it is done.
 * @throws AppError `subject_in_call` while a call with the person has not come to its end: tried again later
 */
export async function eraseSubject(
  { db, queue, log, clock }: WorkerContext,
  { businessId, erasureId }: { readonly businessId: string; readonly erasureId: string },
): Promise<void> {
  const progress = await continueErasure(db, businessId, erasureId, STEPS, clock.now());
  logEvent(log, 'subject_erasure', { businessId, erasureId, progress });
  if (progress === 'waits_for_call') throw new AppError('subject_in_call', { details: { erasureId } });
  if (progress === 'more') await queue.enqueue('subject-erase', { businessId, erasureId });
}
