import { levelDb } from '../../sandbox/audio/mulaw.ts';
import { FRAME_BYTES, SILENCE_BYTE, type Watermark } from '../../sandbox/audio/watermark.ts';
import type { TwilioDirections } from '../../sandbox/script/schema.ts';
import type { PlayoutLedger } from '../../sandbox/twilio/ledger.ts';
import { type StreamStart, StreamWriter, parseServerMessage } from '../../sandbox/twilio/messages.ts';
import { Playout, type PlayoutOutput } from '../../sandbox/twilio/playout.ts';
import type { CallClock } from './clock.ts';
import type { Timeline } from './timeline.ts';

/** Agent audio below this level is no speech, dBFS. */
const SILENT_DB = -60;
const SILENCE = Buffer.alloc(FRAME_BYTES, SILENCE_BYTE).toString('base64');

/** What Twilio's end of a media socket hears of it. */
export interface FarEnd {
  /** Never before the socket was handed out. */
  opened(): void;
  message(text: string): void;
  /** The server closed the socket, or cut it. */
  closed(code: number): void;
  /** The socket never opened. */
  refused(code: number, why: string): void;
}

/** Twilio's end of a media socket: what it can do to it. */
export interface NearSocket {
  tell(text: string): void;
  /** Closes the socket, or breaks it (1006). */
  hangUp(code: number): void;
  /** From now on nothing gets through, either way, and nobody is told. */
  goSilent(): void;
}

export interface PhoneStreamOptions {
  readonly clock: CallClock;
  readonly timeline: Timeline;
  readonly directions: TwilioDirections;
  readonly ledger: PlayoutLedger;
  readonly start: StreamStart;
  /** The first stream of a call is 1; any other is an intruder that the caller does not hear. */
  readonly number: number;
  /** Opens the socket. */
  readonly connect: (far: FarEnd) => NearSocket;
  readonly onStarted: () => void;
  readonly onAudible: (at: number, ms: number, mark: Watermark | null) => void;
  /** The stream is over, by no doing of Twilio's. */
  readonly onLost: () => void;
}

/** One media stream, from Twilio's side: what it says and when, its playout buffer, the ways it ends. */
export class PhoneStream {
  started = false;
  over = false;
  readonly #options: PhoneStreamOptions;
  readonly #writer: StreamWriter;
  readonly #playout: Playout;
  readonly #socket: NearSocket;
  #openedAt = 0;
  #wake = () => {};

  constructor(options: PhoneStreamOptions) {
    this.#options = options;
    this.#writer = new StreamWriter(options.start);
    this.#playout = new Playout(options.ledger);
    this.#socket = options.connect({
      opened: () => this.#opened(),
      message: (text) => this.#obey(text),
      closed: (code) => this.#closed(code),
      refused: (code, why) => {
        options.timeline.note('line_error', `${code} ${why}`, { code });
        this.#closed(1006);
      },
    });
  }

  get sid(): string {
    return this.#options.start.streamSid;
  }

  /** The caller's frame of the slot at `at`, silence for null; false when the stream does not take it. */
  deliver(frame: Uint8Array | null, at: number): boolean {
    if (!this.started || this.over) return false;
    const payload =
      frame === null ? SILENCE : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('base64');
    this.#socket.tell(this.#writer.media(payload, Math.round(at - this.#openedAt)));
    return true;
  }

  press(digit: string): void {
    if (!this.over) this.#socket.tell(this.#writer.dtmf(digit));
  }

  /** Plays what is due by now. */
  advance(): void {
    if (!this.over) this.#hear(this.#playout.advance(this.#now()));
  }

  /** The call is over, or goes on elsewhere: `stop`, and the socket is closed. */
  stop(): void {
    const { stop = 'sent' } = this.#options.directions;
    if (this.over || stop === 'forgotten') return;
    if (stop === 'sent') this.#socket.tell(this.#writer.stop());
    this.#socket.hangUp(1000);
    this.#shut('the call is over');
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #opened(): void {
    if (this.over) return;
    const { clock, directions, timeline, number } = this.#options;
    this.#openedAt = this.#now();
    timeline.note('stream_open', this.sid, { stream: number });
    this.#socket.tell(this.#writer.connected());
    if (directions.stop_without_start === true) return this.#socket.tell(this.#writer.stop());
    if (directions.start === 'never') return;
    if (typeof directions.start === 'object') clock.after(directions.start.after_ms, () => this.#begin());
    else this.#begin();
  }

  #begin(): void {
    if (this.over) return;
    const { clock, directions, number, start } = this.#options;
    this.started = true;
    this.#socket.tell(this.#writer.start());
    this.#options.onStarted();
    if (number > 1) return;
    for (const { after_ms, text } of directions.messages ?? []) {
      const filled = text.replaceAll('$streamSid', this.sid).replaceAll('$callSid', start.callSid);
      clock.after(after_ms, () => {
        if (!this.over) this.#socket.tell(filled);
      });
    }
    if (directions.drop_socket_after_ms !== undefined) {
      clock.after(directions.drop_socket_after_ms, () => {
        if (this.over) return;
        this.#socket.hangUp(1006);
        this.#closed(1006);
      });
    }
    if (directions.half_open_after_ms !== undefined)
      clock.after(directions.half_open_after_ms, () => this.#socket.goSilent());
  }

  #obey(text: string): void {
    if (this.over) return;
    const { timeline } = this.#options;
    const message = parseServerMessage(text, this.sid);
    const at = this.#now();
    switch (message.kind) {
      case 'media':
        return this.#hear(this.#playout.push(message.payload, at));
      case 'mark':
        return this.#hear(this.#playout.mark(message.name, at));
      case 'clear':
        timeline.note('clear');
        return this.#hear(this.#playout.clear(at));
      case 'invalid':
        return timeline.note('line_error', `31951 ${message.reason}`, { code: 31951 });
    }
  }

  #hear(output: readonly PlayoutOutput[]): void {
    const { clock, onAudible } = this.#options;
    for (const event of output) {
      if (event.kind === 'mark') this.#returnMark(event.name);
      else if (event.watermark !== null || levelDb(event.bytes) >= SILENT_DB)
        onAudible(event.at, event.ms, event.watermark);
    }
    this.#wake();
    const due = this.#playout.nextDue();
    if (due !== null) this.#wake = clock.after(due - this.#now(), () => this.advance());
  }

  #returnMark(name: string): void {
    const marks = this.#options.directions.marks ?? 'returned';
    if (marks === 'lost') return;
    const tell = () => this.#socket.tell(this.#writer.mark(name));
    if (typeof marks === 'object') this.#options.clock.after(marks.late_ms, tell);
    else tell();
  }

  #closed(code: number): void {
    if (this.over) return;
    this.#shut(`code ${code}`);
    this.#options.onLost();
  }

  #shut(why: string): void {
    this.over = true;
    this.#wake();
    this.#playout.stop(this.#now());
    this.#options.timeline.note('stream_closed', why);
  }
}
