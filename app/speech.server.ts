import type { AppLoadContext } from '@remix-run/node';
import { dispatchWaiting } from '../domain/outbox/index.ts';
import { SPEECH_RENDER } from '../domain/speech/index.ts';
import { logEvent } from '../platform/log.ts';

/** Hands over the rendering that a saved setting calls for. A queue that is away fails no save: the sweep finds the row. */
export async function renderSoon({ db, queue, log }: AppLoadContext, businessId: string): Promise<void> {
  try {
    await dispatchWaiting(db, queue, businessId, SPEECH_RENDER);
  } catch (err) {
    logEvent(log, 'speech_render_not_asked', { businessId, err }, 'warn');
  }
}
