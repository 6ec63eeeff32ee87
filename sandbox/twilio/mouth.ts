/** One thing the caller says. */
export interface Speech {
  /** When its first frame is spoken (ms of the sandbox's clock); later than now while something else is being said. */
  readonly startedAt: number;
  /** Resolves after its last frame, or when it was cut short. */
  readonly done: Promise<SpeechEnd>;
  /** Falls silent with the frame in the air. */
  stop(): void;
}

export interface SpeechEnd {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Frames spoken, and how many of them went out over a media stream. */
  readonly spoken: number;
  readonly delivered: number;
}

interface Pending {
  readonly frames: readonly Uint8Array[];
  readonly startedAt: number;
  readonly settle: (end: SpeechEnd) => void;
  spoken: number;
  delivered: number;
}

const FRAME_MS = 20;

/** The caller's mouth: a queue of frames, one for each 20 ms slot of the call, whether or not a stream listens. */
export class Mouth {
  readonly #queue: Pending[] = [];

  /** Queues frames behind what is being said; `nextSlotAt` is when the next free slot comes. */
  say(frames: readonly Uint8Array[], nextSlotAt: number): Speech {
    const ahead = this.#queue.reduce((sum, speech) => sum + speech.frames.length - speech.spoken, 0);
    const startedAt = nextSlotAt + ahead * FRAME_MS;
    let settle!: (end: SpeechEnd) => void;
    const done = new Promise<SpeechEnd>((resolve) => (settle = resolve));
    const pending: Pending = { frames, startedAt, settle, spoken: 0, delivered: 0 };
    if (frames.length === 0) this.#finish(pending, startedAt);
    else this.#queue.push(pending);
    const stop = (): void => {
      const index = this.#queue.indexOf(pending);
      if (index < 0) return;
      this.#queue.splice(index, 1);
      this.#finish(pending, startedAt + pending.spoken * FRAME_MS);
    };
    return { startedAt, done, stop };
  }

  /** The frame of the slot at `at`, or null in silence. `deliver` sends it and says whether it went out. */
  speak(at: number, deliver: (frame: Uint8Array | null) => boolean): void {
    const speech = this.#queue[0];
    const sent = deliver(speech?.frames[speech.spoken] ?? null);
    if (speech === undefined) return;
    speech.spoken += 1;
    if (sent) speech.delivered += 1;
    if (speech.spoken < speech.frames.length) return;
    this.#queue.shift();
    this.#finish(speech, at + FRAME_MS);
  }

  /** True while the caller speaks. */
  get speaking(): boolean {
    return this.#queue.length > 0;
  }

  /** Falls silent for good. */
  close(at: number): void {
    for (const speech of this.#queue.splice(0)) this.#finish(speech, at);
  }

  #finish({ startedAt, spoken, delivered, settle }: Pending, endedAt: number): void {
    settle({ startedAt, endedAt, spoken, delivered });
  }
}
