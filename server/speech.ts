import { readSettings, type SettingsRegistry } from '../domain/settings/index.ts';
import { getBusiness } from '../domain/businesses/index.ts';
import { readRendered, SPEECH_RENDER, type TextsOf, textHash } from '../domain/speech/index.ts';
import type { CallSetup } from '../domain/calls/index.ts';
import type { Database } from '../platform/db/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import type { SpokenText } from '../voice/session/config.ts';

/** Audio kept in memory, all businesses together: about 100 with twenty sentences each. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A business whose sentences are missing is rendered again at most so often: a key that is refused stays refused. */
const ASK_AGAIN_MS = 10 * 60_000;

export interface SpeechLinesOptions {
  readonly db: Database;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly registry: SettingsRegistry;
  readonly textsOf: TextsOf;
  readonly log: Log;
  /** Monotonic ms. */
  readonly now: () => number;
  /** Bytes of audio kept. Default 64 MiB. */
  readonly maxBytes?: number;
}

/**
 * The rendered sentences of this process's calls. Audio is read once and kept, under business, voice and the text's
 * hash: what was rendered for a text never changes, so nothing here goes stale, and a changed setting names other texts.
 */
export class SpeechLines {
  readonly #options: SpeechLinesOptions;
  /** In the order of their last use. */
  readonly #kept = new Map<string, SpokenText>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #warm = new Set<string>();
  readonly #asked = new Map<string, number>();
  #bytes = 0;

  constructor(options: SpeechLinesOptions) {
    this.#options = options;
  }

  /**
   * What a call can say at once. Sentences not rendered yet are left out, and a job is asked to render them; nor does a
   * database that fails keep the call: it begins with what is in memory.
   */
  async of(setup: CallSetup): Promise<ReadonlyMap<string, SpokenText>> {
    const { business, settings } = setup;
    const texts = this.#options.textsOf(settings, { businessId: business.id, businessName: business.name });
    const rendered = new Set(setup.rendered);
    const ready = texts.filter((text) => rendered.has(textHash(text)));
    if (ready.length < texts.length) this.#askFor(business.id);
    return this.#load(business.id, String(settings['voice']), ready);
  }

  /** A call of this business is about to come: its sentences are read before it does. Never rejects. */
  async warm(businessId: string): Promise<void> {
    if (this.#warm.has(businessId)) return;
    this.#warm.add(businessId);
    const { db, registry, textsOf, log } = this.#options;
    try {
      const [settings, business] = await Promise.all([
        readSettings(db, businessId, registry),
        getBusiness(db, businessId),
      ]);
      const texts = textsOf(settings, { businessId, businessName: business?.name ?? '' });
      await this.#load(businessId, String(settings['voice']), texts);
    } catch (err) {
      this.#warm.delete(businessId);
      logEvent(log, 'speech_warm_failed', { businessId, err }, 'warn');
    }
  }

  async #load(businessId: string, voice: string, texts: readonly string[]): Promise<ReadonlyMap<string, SpokenText>> {
    const prefix = `${businessId}/${voice}/`;
    // In use: what is read now must not push these out.
    for (const text of texts) this.#touch(prefix + textHash(text));
    const absent = () => texts.filter((text) => !this.#kept.has(prefix + textHash(text)));
    // Calls that come in at the same moment read once together; what a common reading did not bring is read once more.
    for (let own = false; !own && absent().length > 0;) {
      const running = this.#reading.get(prefix);
      own = running === undefined;
      const reading = running ?? this.#read(businessId, voice, absent()).finally(() => this.#reading.delete(prefix));
      this.#reading.set(prefix, reading);
      await reading;
    }
    const lines = new Map<string, SpokenText>();
    for (const text of texts) {
      const line = this.#kept.get(prefix + textHash(text));
      if (line !== undefined) lines.set(text, line);
    }
    return lines;
  }

  #touch(key: string): void {
    const line = this.#kept.get(key);
    if (line === undefined) return;
    this.#kept.delete(key);
    this.#kept.set(key, line);
  }

  async #read(businessId: string, voice: string, texts: readonly string[]): Promise<void> {
    const { db, log } = this.#options;
    try {
      for (const { text, audio } of await readRendered(db, businessId, voice, texts.map(textHash))) {
        this.#keep(`${businessId}/${voice}/${textHash(text)}`, { text, audio });
      }
    } catch (err) {
      logEvent(log, 'speech_read_failed', { businessId, err }, 'error');
    }
  }

  #keep(key: string, line: SpokenText): void {
    this.#bytes += line.audio.length - (this.#kept.get(key)?.audio.length ?? 0);
    this.#kept.set(key, line);
    for (const [oldest, { audio }] of this.#kept) {
      if (this.#bytes <= (this.#options.maxBytes ?? MAX_BYTES)) return;
      this.#kept.delete(oldest);
      this.#bytes -= audio.length;
      this.#warm.delete(oldest.slice(0, oldest.indexOf('/')));
    }
  }

  #askFor(businessId: string): void {
    const { queue, log, now } = this.#options;
    const last = this.#asked.get(businessId);
    if (last !== undefined && now() - last < ASK_AGAIN_MS) return;
    this.#asked.set(businessId, now());
    queue.enqueue(SPEECH_RENDER, { businessId }, { id: `${SPEECH_RENDER}-${businessId}` }).catch((err: unknown) => {
      this.#asked.delete(businessId);
      logEvent(log, 'speech_render_not_asked', { businessId, err }, 'warn');
    });
  }
}
