import { getBusiness } from '../domain/businesses/index.ts';
import { notePurge, purgeBusiness } from '../domain/retention/index.ts';
import { readSettings } from '../domain/settings/index.ts';
import { dropUnused } from '../domain/speech/index.ts';
import { logEvent } from '../platform/log.ts';
import type { WorkerContext } from './context.ts';

/** A run that has taken this long leaves the rest to the next one, ms. Less than the job's timeout. */
const RUN_MS = 4 * 60_000;

/** Removes what a business has kept for long enough. When its time is up another run goes on. */
export async function purge(
  context: WorkerContext,
  { businessId }: { readonly businessId: string },
  signal: AbortSignal,
): Promise<void> {
  const { db, queue, clock, log, registry } = context;
  const begun = clock.monotonicMs();
  const startedAt = clock.now();
  const business = await getBusiness(db, businessId);
  if (business === null) return logEvent(log, 'retention_purge_skipped', { businessId, reason: 'not_found' }, 'warn');
  const settings = await readSettings(db, businessId, registry);
  const texts = context.textsOf(settings, { businessId, businessName: business.name });
  const voice = String(settings['voice']);
  const { runId, counts, complete } = await purgeBusiness(db, businessId, settings, {
    now: startedAt,
    isStopped: () => signal.aborted || clock.monotonicMs() - begun > RUN_MS,
    besides: [{ name: 'rendered_speech', purge: (tx) => dropUnused(tx, businessId, voice, texts) }],
  });
  await notePurge(db, businessId, { runId, counts, complete, finishedAt: clock.now() });
  logEvent(log, 'retention_purged', { businessId, counts, complete });
  // Without an id: this very job holds the id it came with until it is done.
  if (!complete) await queue.enqueue('retention-purge', { businessId });
}
