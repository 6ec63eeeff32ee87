import { FRAME_BYTES, SILENCE_BYTE, type Watermark } from '../audio/watermark.ts';
import type { PlayoutLedger } from './ledger.ts';
import { MediaStream, type MediaStreamOptions, type StreamFailure } from './media-stream.ts';
import { Playout, type PlayoutOutput } from './playout.ts';
import type { StreamRecord } from './types.ts';

const SILENCE = Buffer.alloc(FRAME_BYTES, SILENCE_BYTE).toString('base64');

export interface LiveStreamOptions extends Omit<MediaStreamOptions, 'onMedia' | 'onMark' | 'onClear'> {
  readonly record: StreamRecord;
  readonly ledger: PlayoutLedger;
  readonly now: () => number;
  readonly onOpen: (at: number) => void;
  readonly onAudible: (at: number, ms: number, frame: Uint8Array, watermark: Watermark | null) => void;
  readonly onMarkReturned: (name: string, at: number, heard: boolean) => void;
  readonly onCleared: (at: number) => void;
  readonly onInvalid: (failure: StreamFailure) => void;
  /** The playout wants to be advanced at this time. */
  readonly wakeAt: (at: number) => void;
}

/** What the call adds to a stream: its ledger and the listeners of its events. */
export type StreamPorts = Pick<
  LiveStreamOptions,
  'ledger' | 'onOpen' | 'onAudible' | 'onMarkReturned' | 'onCleared' | 'wakeAt'
>;

/** A media stream with its playout buffer: the two directions of the caller's audio. */
export class LiveStream {
  readonly wire: MediaStream;
  readonly record: StreamRecord;
  readonly #options: LiveStreamOptions;
  readonly #playout: Playout;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.record = options.record;
    this.#playout = new Playout(options.ledger);
    const play = (step: (at: number) => PlayoutOutput[]): void => {
      this.#handle(step(options.now()));
      const due = this.#playout.nextDue();
      if (due !== null) options.wakeAt(due);
    };
    this.wire = new MediaStream(
      {
        ...options,
        onMedia: (payload) => play((at) => this.#playout.push(payload, at)),
        onMark: (name) => play((at) => this.#playout.mark(name, at)),
        onClear: () => {
          play((at) => this.#playout.clear(at));
          options.onCleared(options.now());
        },
      },
      () => {
        this.record.startedAt = options.now();
        options.onOpen(this.record.startedAt);
      },
    );
    void this.wire.closed.then(() => {
      this.record.stoppedAt = options.now();
      this.#handle(this.#playout.stop(this.record.stoppedAt));
    });
  }

  /** Sends the caller's frame of the slot at `at`, silence for null; false when it did not go out. */
  deliver(frame: Uint8Array | null, at: number): boolean {
    const { startedAt } = this.record;
    if (startedAt === null || at < startedAt) return false;
    const payload =
      frame === null ? SILENCE : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64');
    return this.wire.sendMedia(payload, Math.round(at - startedAt));
  }

  /** Plays up to `now` and says when the next thing is due (Infinity: nothing is buffered). */
  advance(now: number): number {
    this.#handle(this.#playout.advance(now));
    return this.#playout.nextDue() ?? Infinity;
  }

  #handle(output: readonly PlayoutOutput[]): void {
    for (const event of output) {
      if (event.kind === 'frame') {
        this.#options.onAudible(event.at, event.ms, event.bytes, event.watermark);
      } else {
        this.wire.sendMark(event.name);
        this.#options.onMarkReturned(event.name, event.at, event.heard);
      }
    }
  }
}
