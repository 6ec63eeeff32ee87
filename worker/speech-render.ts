import { MODEL_ALERTS, alertForCode, raiseAlert, resolveAlerts } from '../domain/alerts/index.ts';
import { getBusiness } from '../domain/businesses/index.ts';
import { readSettings } from '../domain/settings/index.ts';
import { dropUnused, keepRendered, missingTexts } from '../domain/speech/index.ts';
import { AppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import { RenderError } from '../voice/model/openai/render.ts';
import type { WorkerContext } from './context.ts';

/**
 * Renders, sentence by sentence, what the business's calls may have to say at once and have not got in its voice, and
 * forgets what they no longer need. Run again, it renders only what is still missing. A sentence that fails keeps none
 * of the others back; until it is there the model speaks it when it is due, or a recording of the repository.
 *
 * @throws AppError `speech_render_refused` (permanent: quota, key), `speech_render_incomplete` (permanent where
 * the model said something else, twice)
 */
export async function renderLines(
  context: WorkerContext,
  { businessId }: { readonly businessId: string },
  signal: AbortSignal,
): Promise<void> {
  const { db, log, registry } = context;
  const business = await getBusiness(db, businessId);
  if (business === null) return logEvent(log, 'speech_render_skipped', { businessId, reason: 'not_found' }, 'warn');
  const settings = await readSettings(db, businessId, registry);
  const voice = String(settings['voice']);
  const texts = context.textsOf(settings, { businessId, businessName: business.name });
  const missing = await missingTexts(db, businessId, voice, texts);

  let failed = 0;
  let worthAnotherRun = false;
  for (const text of missing) {
    try {
      const { audio, durationMs } = await context.renderSpeech(text, voice, signal);
      await keepRendered(db, businessId, voice, { text, audio, durationMs });
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      const { code, reason, permanent } = error;
      logEvent(log, 'speech_line_failed', { businessId, voice, characters: text.length, code, reason }, 'warn');
      if (permanent) {
        const alert = alertForCode(reason);
        if (alert !== null) await raiseAlert(db, businessId, alert, context.clock.now());
        throw new AppError('speech_render_refused', { permanent, cause: error, details: { code, reason } });
      }
      failed++;
      // Other words than it was given, twice: a third time within the minute would be no different.
      if (code !== 'wrong_words') worthAnotherRun = true;
    }
  }
  // The model spoke: what its account was refused for has been mended.
  if (missing.length > failed) await resolveAlerts(db, businessId, MODEL_ALERTS, context.clock.now());
  const dropped = await db.withBusiness(businessId, (tx) => dropUnused(tx, businessId, voice, texts));
  if (missing.length > 0 || dropped > 0) {
    const rendered = missing.length - failed;
    logEvent(log, 'speech_rendered', { businessId, voice, rendered, failed, dropped });
  }
  if (failed > 0) {
    throw new AppError('speech_render_incomplete', { permanent: !worthAnotherRun, details: { businessId, failed } });
  }
}
