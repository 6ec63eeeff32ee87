import { limitKey, take } from '../domain/rate-limits/index.ts';
import { readRendered, textHash } from '../domain/speech/index.ts';
import type { Database } from '../platform/db/index.ts';
import { AppError } from '../platform/errors.ts';
import { type Log, logEvent } from '../platform/log.ts';
import { RenderError, type RenderSpeech } from '../voice/model/openai/render.ts';

/** Renderings of one business for the ear alone: each costs the model's account something. */
const LIMIT = { limit: 20, windowMs: 5 * 60_000 };
/** Milliseconds somebody waits for a sound. */
const TIMEOUT_MS = 30_000;
/** Sounds kept for a second press. They are no business's lines: those are rendered when they are saved. */
const MOST_KEPT = 40;

interface PreviewOptions {
  readonly db: Database;
  readonly log: Log;
  readonly appSecret: string;
  readonly render: RenderSpeech;
}

/**
 * Speaks a text of the settings before it is saved. What was rendered for the business's calls sounds as it will there;
 * anything else is rendered now, once for all who ask for it at the same time.
 */
export function speechPreview(options: PreviewOptions) {
  const { db, log, appSecret } = options;
  const kept = new Map<string, Promise<Uint8Array>>();

  async function rendered(businessId: string, text: string, voice: string): Promise<Uint8Array> {
    const [line] = await readRendered(db, businessId, voice, [textHash(text)]);
    if (line !== undefined) return line.audio;
    const taken = await take(db, limitKey(appSecret, 'speech-preview', businessId), LIMIT);
    if (!taken.allowed) throw new AppError('too_many_attempts', { permanent: true });
    try {
      return (await options.render(text, voice, AbortSignal.timeout(TIMEOUT_MS))).audio;
    } catch (cause) {
      const code = cause instanceof RenderError ? cause.code : 'timeout';
      const reason = cause instanceof RenderError ? cause.reason : 'no_answer';
      logEvent(log, 'speech_preview_failed', { businessId, voice, characters: text.length, code, reason }, 'warn');
      throw new AppError('speech_preview_failed', { cause });
    }
  }

  /** μ-law, 8 kHz. @throws AppError `too_many_attempts`, `speech_preview_failed` */
  return async (businessId: string, text: string, voice: string): Promise<Uint8Array> => {
    const key = `${businessId}/${voice}/${textHash(text)}`;
    const running = kept.get(key) ?? rendered(businessId, text, voice);
    kept.delete(key);
    kept.set(key, running);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    try {
      return await running;
    } catch (error) {
      if (kept.get(key) === running) kept.delete(key);
      throw error;
    }
  };
}
