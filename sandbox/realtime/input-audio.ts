import { levelDb } from '../audio/mulaw.ts';
import { FRAME_MS } from '../audio/timing.ts';
import { FRAME_BYTES, read } from '../audio/watermark.ts';
import type { Watermark } from '../audio/watermark.ts';
import type { TurnDetection } from './session-config.ts';

/** Told as the audio is read; a `stopped` must be answered by taking the utterance. */
export interface VadListener {
  /** A watermarked frame arrived. */
  mark(mark: Watermark): void;
  started(audioStartMs: number): void;
  stopped(audioEndMs: number): void;
}

/** One committed stretch of caller audio. */
export interface Utterance {
  readonly ms: number;
  readonly marks: readonly (Watermark | null)[];
}

/** Bytes of a millisecond of 24 kHz PCM16, what a session takes audio for until it is told otherwise. */
const PCM_BYTES_PER_MS = 48;
const BYTES_PER_MS = FRAME_BYTES / FRAME_MS;
/** Loud frames within the last WINDOW that make a beginning: a single click does not. */
const WINDOW = 4;
const LOUD_FRAMES = 3;
/** Wait of semantic_vad by eagerness, ms: it knows the words, this double only the silence. */
const SEMANTIC_SILENCE_MS = { low: 1200, medium: 700, auto: 700, high: 400 } as const;

/** The level over which a frame is loud: −40 dBFS at the default threshold of 0.5. */
function loudDb(threshold: number): number {
  return -50 + 20 * threshold;
}

/** The input audio buffer and the voice activity detection over it. Time here is audio time: ms of audio received. */
export class InputAudio {
  private detection: TurnDetection | null;
  private mulaw = false;
  private rest: Uint8Array = new Uint8Array(0);
  private position = 0;
  private marks: (Watermark | null)[] = [];
  private loud: boolean[] = [];
  private speaking = false;
  private lastLoud = 0;

  constructor(detection: TurnDetection | null) {
    this.detection = detection;
  }

  /** Follows the session's configuration. */
  configure(detection: TurnDetection | null, format: string): void {
    this.detection = detection;
    this.mulaw = format === 'audio/pcmu';
  }

  /** Milliseconds in the buffer now. */
  get bufferedMs(): number {
    return this.marks.length * FRAME_MS;
  }

  get isSpeaking(): boolean {
    return this.speaking;
  }

  /** Takes audio in; the listener hears of speech in the order it lies in the audio. */
  append(audio: Uint8Array, listener: VadListener): void {
    if (!this.mulaw) {
      // Telephone bytes read as PCM are noise: they pass time and say nothing.
      this.position += audio.length / PCM_BYTES_PER_MS;
      return;
    }
    const bytes = this.rest.length === 0 ? audio : Buffer.concat([this.rest, audio]);
    let offset = 0;
    for (; offset + FRAME_BYTES <= bytes.length; offset += FRAME_BYTES)
      this.frame(bytes.subarray(offset, offset + FRAME_BYTES), listener);
    this.rest = bytes.slice(offset);
  }

  private frame(frame: Uint8Array, listener: VadListener): void {
    this.position += frame.length / BYTES_PER_MS;
    const mark = read(frame);
    this.marks.push(mark);
    if (mark !== null) listener.mark(mark);
    if (this.detection === null) return;
    const settings =
      this.detection.type === 'server_vad'
        ? this.detection
        : {
            threshold: 0.5,
            prefix_padding_ms: 300,
            silence_duration_ms: SEMANTIC_SILENCE_MS[this.detection.eagerness],
          };
    const loud = levelDb(frame) > loudDb(settings.threshold);
    if (loud) this.lastLoud = this.position;
    if (!this.speaking) {
      this.loud = [...this.loud, loud].slice(-WINDOW);
      const keep = Math.ceil(settings.prefix_padding_ms / FRAME_MS) + WINDOW;
      if (this.loud.filter(Boolean).length >= LOUD_FRAMES) {
        this.speaking = true;
        const into = (this.loud.length - this.loud.indexOf(true)) * FRAME_MS;
        this.trim(keep);
        listener.started(Math.max(0, Math.round(this.position - into - settings.prefix_padding_ms)));
      } else this.trim(keep);
    } else if (this.position - this.lastLoud >= settings.silence_duration_ms) {
      this.speaking = false;
      this.loud = [];
      listener.stopped(Math.round(this.position));
    }
  }

  private trim(frames: number): void {
    if (this.marks.length > frames) this.marks = this.marks.slice(-frames);
  }

  /** Empties the buffer and returns what was in it. */
  take(): Utterance {
    const utterance = { ms: this.bufferedMs, marks: this.marks };
    this.clear();
    return utterance;
  }

  /** Forgets the buffer and any speech under way. */
  clear(): void {
    this.marks = [];
    this.loud = [];
    this.speaking = false;
  }
}
