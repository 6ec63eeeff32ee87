import { bytesToMs } from '../audio/mulaw.ts';
import type { ModelEvent } from '../model/speech-model.ts';

/** Kept while nobody speaks: what was sent this lately may hold a word that the model has not noticed yet. */
const UNNOTICED_MS = 1000;
/** Kept before a word: the model's VAD wants a little of it. */
const LEAD_MS = 300;
/** The most that is kept of words that are not known yet: longer than anybody speaks in one breath. */
export const TAPE_MS = 15_000;
/** Trimmed in blocks: moving the list for every frame would cost more than a few frames too many. */
const BLOCK_FRAMES = 50;

interface Frame {
  readonly payload: string;
  /** Place in the audio that the model of this line was sent, ms. */
  readonly fromMs: number;
  /** When it was sent, ms on the call's clock. */
  readonly at: number;
}

/** An utterance by its place in the same audio; `toMs` null while it goes on. */
interface Spoken {
  readonly itemId: string;
  readonly fromMs: number;
  toMs: number | null;
  isKnown: boolean;
}

/**
 * The caller's latest audio, as it was sent to the model: what the model has not turned into words yet would be lost
 * with its line. Utterances whose words are known are left out, so that nothing is said twice.
 */
export class CallerTape {
  #frames: Frame[] = [];
  #spoken: Spoken[] = [];
  #sentMs = 0;

  /** One frame went to the model, base64, at this moment of the call's clock, ms. */
  record(payload: string, at: number): void {
    this.#frames.push({ payload, fromMs: this.#sentMs, at });
    this.#sentMs += bytesToMs(Buffer.byteLength(payload, 'base64'));
    if (this.#frames.length % BLOCK_FRAMES === 0) this.#trim(at);
  }

  /** Notes what the model says of the caller's speech. */
  note(event: ModelEvent): void {
    if (event.type === 'speech_started') this.#begin(event.itemId, event.audioStartMs);
    else if (event.type === 'speech_stopped') this.#end(event.itemId, event.audioEndMs);
    else if (event.type === 'committed') this.#end(event.itemId, this.#sentMs);
    else if (event.type === 'transcript' || event.type === 'transcript_failed') {
      const spoken = this.#find(event.itemId);
      if (spoken !== undefined) spoken.isKnown = true;
    }
  }

  /** Takes out, in order, what another line must hear again; the tape then begins anew. */
  take(at: number): readonly string[] {
    this.#trim(at);
    const known = this.#spoken.filter((spoken) => spoken.isKnown);
    const isKnown = ({ fromMs }: Frame) => known.some((spoken) => fromMs >= spoken.fromMs && fromMs < endOf(spoken));
    const payloads = this.#frames.filter((frame) => !isKnown(frame)).map((frame) => frame.payload);
    this.#frames = [];
    this.#spoken = [];
    this.#sentMs = 0;
    return payloads;
  }

  #begin(itemId: string, fromMs: number): void {
    if (this.#find(itemId) === undefined) this.#spoken.push({ itemId, fromMs, toMs: null, isKnown: false });
  }

  #end(itemId: string, toMs: number): void {
    const spoken = this.#find(itemId);
    if (spoken !== undefined) spoken.toMs ??= toMs;
  }

  #find(itemId: string): Spoken | undefined {
    return this.#spoken.find((spoken) => spoken.itemId === itemId);
  }

  #trim(at: number): void {
    const unknown = this.#spoken.filter((spoken) => !spoken.isKnown).map((spoken) => spoken.fromMs - LEAD_MS);
    const fromMs = Math.max(this.#sentMs - TAPE_MS, Math.min(...unknown));
    const first = this.#frames.findIndex((frame) => frame.fromMs >= fromMs || at - frame.at < UNNOTICED_MS);
    this.#frames = first < 0 ? [] : this.#frames.slice(first);
    const keptFromMs = this.#frames[0]?.fromMs ?? this.#sentMs;
    this.#spoken = this.#spoken.filter((spoken) => endOf(spoken) > keptFromMs);
  }
}

function endOf({ toMs }: Spoken): number {
  return toMs ?? Infinity;
}
