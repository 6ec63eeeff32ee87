import { FRAME_BYTES, SILENCE_BYTE, read, type Watermark } from '../audio/watermark.ts';
import type { PlayoutLedger } from './ledger.ts';

/** μ-law at 8 kHz: one byte a sample, eight a millisecond. */
const BYTES_PER_MS = 8;
/** A due time that differs by rounding alone has come. */
const EPSILON_MS = 1e-6;

/** What the playout did: a frame became audible, or a mark goes back to the server. */
export type PlayoutOutput =
  | {
      readonly kind: 'frame';
      readonly at: number;
      readonly ms: number;
      readonly bytes: Uint8Array;
      readonly watermark: Watermark | null;
    }
  /** `heard` is false when a `clear` sent the mark back. */
  | { readonly kind: 'mark'; readonly at: number; readonly name: string; readonly heard: boolean };

interface Piece {
  bytes: Uint8Array;
  watermark: Watermark | null;
}

type Entry = { readonly kind: 'audio'; readonly piece: Piece } | { readonly kind: 'mark'; readonly name: string };

/**
 * Twilio's playout buffer of one stream, as pure logic: no timers, each call says what time it is (ms, never
 * decreasing). Media of any size is played in order at 8000 bytes/s from the moment it arrives; a mark goes back when
 * the audio before it was played; `clear` empties the buffer and sends the pending marks back.
 */
export class Playout {
  readonly #ledger: PlayoutLedger;
  #queue: Entry[] = [];
  #current: (Piece & { startedAt: number; endsAt: number }) | null = null;
  /** Bytes still to come of the frame that ended the last message, and whose frame it is. */
  #missing = 0;
  #unfinished: Watermark | null = null;

  constructor(ledger: PlayoutLedger) {
    this.#ledger = ledger;
  }

  /** Audio arrived. */
  push(bytes: Uint8Array, at: number): PlayoutOutput[] {
    const output = this.advance(at);
    const idle = this.#current === null;
    if (idle) this.#missing = 0;
    this.#append(bytes);
    if (idle) this.#startNext(at, output);
    return output;
  }

  /** A mark arrived: it goes back at once when nothing is buffered. */
  mark(name: string, at: number): PlayoutOutput[] {
    const output = this.advance(at);
    if (this.#current === null) output.push({ kind: 'mark', at, name, heard: true });
    else this.#queue.push({ kind: 'mark', name });
    return output;
  }

  /** Cuts the playout and returns the pending marks: those were not heard. */
  clear(at: number): PlayoutOutput[] {
    const output = this.advance(at);
    for (const name of this.#dropAll(at, 'clear')) output.push({ kind: 'mark', at, name, heard: false });
    return output;
  }

  /** The stream is over: what is still buffered is lost and no mark comes back. */
  stop(at: number): PlayoutOutput[] {
    const output = this.advance(at);
    this.#dropAll(at, 'stream_closed');
    return output;
  }

  /** Plays up to `at`. */
  advance(at: number): PlayoutOutput[] {
    const output: PlayoutOutput[] = [];
    while (this.#current !== null && this.#current.endsAt <= at + EPSILON_MS) {
      const { watermark, bytes, startedAt, endsAt } = this.#current;
      this.#ledger.played(watermark, isSilent(bytes), startedAt, endsAt);
      this.#startNext(endsAt, output);
    }
    return output;
  }

  /** When the next thing happens, or null while nothing is buffered. */
  nextDue(): number | null {
    return this.#current?.endsAt ?? null;
  }

  /** Milliseconds of audio that are buffered and not yet played at `at`. */
  bufferedMs(at: number): number {
    const playing = this.#current === null ? 0 : Math.max(0, this.#current.endsAt - at);
    return this.#queue.reduce(
      (ms, entry) => ms + (entry.kind === 'audio' ? entry.piece.bytes.length / BYTES_PER_MS : 0),
      playing,
    );
  }

  #startNext(at: number, output: PlayoutOutput[]): void {
    this.#current = null;
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      if (entry.kind === 'mark') {
        output.push({ kind: 'mark', at, name: entry.name, heard: true });
        continue;
      }
      const ms = entry.piece.bytes.length / BYTES_PER_MS;
      this.#current = { ...entry.piece, startedAt: at, endsAt: at + ms };
      output.push({ kind: 'frame', at, ms, bytes: entry.piece.bytes, watermark: entry.piece.watermark });
      return;
    }
  }

  /** Cuts arriving bytes into the frames they were made of, whatever the sizes of the messages. */
  #append(bytes: Uint8Array): void {
    let offset = Math.min(frameBoundary(bytes) ?? this.#missing, bytes.length);
    if (offset > 0) this.#continueFrame(bytes.subarray(0, offset));
    while (offset < bytes.length) {
      const frame = bytes.slice(offset, offset + FRAME_BYTES);
      const watermark = read(frame);
      this.#queue.push({ kind: 'audio', piece: { bytes: frame, watermark } });
      this.#missing = FRAME_BYTES - frame.length;
      this.#unfinished = watermark;
      offset += frame.length;
    }
  }

  #continueFrame(head: Uint8Array): void {
    const last = this.#queue.at(-1);
    const joins = head.length <= this.#missing;
    if (joins && last?.kind === 'audio') {
      last.piece.bytes = Uint8Array.from([...last.piece.bytes, ...head]);
      last.piece.watermark = read(last.piece.bytes);
      this.#unfinished = last.piece.watermark;
    } else {
      this.#queue.push({ kind: 'audio', piece: { bytes: head.slice(), watermark: joins ? this.#unfinished : null } });
    }
    this.#missing = joins ? this.#missing - head.length : 0;
  }

  #dropAll(at: number, reason: 'clear' | 'stream_closed'): string[] {
    const lines = new Map<number, number>();
    const marks: string[] = [];
    let ms = 0;
    const lose = (piece: Piece, lost: number): void => {
      ms += lost;
      if (piece.watermark !== null) lines.set(piece.watermark.line, (lines.get(piece.watermark.line) ?? 0) + lost);
    };
    if (this.#current !== null) {
      const { watermark, bytes, startedAt, endsAt } = this.#current;
      if (at > startedAt) this.#ledger.played(watermark, isSilent(bytes), startedAt, at);
      lose(this.#current, endsAt - at);
    }
    for (const entry of this.#queue) {
      if (entry.kind === 'mark') marks.push(entry.name);
      else lose(entry.piece, entry.piece.bytes.length / BYTES_PER_MS);
    }
    this.#queue = [];
    this.#current = null;
    this.#missing = 0;
    if (ms > 0 || marks.length > 0 || reason === 'clear') this.#ledger.drop({ at, reason, ms, lines, marks });
    return marks;
  }
}

/** Where the first frame of a message begins, when its watermarks tell; null when they do not. */
function frameBoundary(bytes: Uint8Array): number | null {
  if (read(bytes) !== null) return 0;
  for (let offset = 1; offset < FRAME_BYTES && offset + FRAME_BYTES < bytes.length; offset++) {
    // One alone appears by chance; two, a frame apart, do not.
    if (read(bytes.subarray(offset)) !== null && read(bytes.subarray(offset + FRAME_BYTES)) !== null) return offset;
  }
  return null;
}

function isSilent(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === SILENCE_BYTE || byte === 0x7f);
}
