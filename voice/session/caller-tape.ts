import type { ModelEvent } from '../model/speech-model.ts';

/** Frames kept while nobody speaks: the model's VAD wants a little of what came before a word. */
const IDLE_FRAMES = 25;
/** Frames kept of words that are not known yet, 15 s: longer than anybody speaks in one breath. */
const MAX_FRAMES = 750;

/**
 * The caller's latest audio, as it was sent to the model: what the model has not turned into words yet would be lost
 * with its line. Kept from shortly before the first utterance whose words are outstanding.
 */
export class CallerTape {
  #frames: string[] = [];
  readonly #open = new Set<string>();

  /** One frame went to the model, base64. */
  record(payload: string): void {
    this.#frames.push(payload);
    if (this.#open.size === 0) {
      // In blocks: moving the list for every frame would cost more than a few frames too many.
      if (this.#frames.length >= 2 * IDLE_FRAMES) this.#frames = this.#frames.slice(-IDLE_FRAMES);
    } else if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
  }

  /** Notes what the model says of the caller's speech. */
  note(event: ModelEvent): void {
    if (event.type === 'speech_started' || event.type === 'committed') this.#open.add(event.itemId);
    else if (event.type === 'transcript' || event.type === 'transcript_failed') this.#open.delete(event.itemId);
  }

  /** Takes the frames out; the next line begins with an empty tape. */
  take(): readonly string[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#open.clear();
    return frames;
  }
}
