import { PlayoutLedger } from '../../../sandbox/twilio/ledger.ts';
import { Playout, type PlayoutOutput } from '../../../sandbox/twilio/playout.ts';
import type { MediaLine } from '../../../voice/session/session.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What reaches the server from a line. */
export interface LineListener {
  mark(name: string): void;
  /** The server closed the socket. */
  closed(reason: string): void;
}

/** One message to the line, as it was sent. */
export interface SentMessage {
  readonly at: number;
  readonly ms: number;
  readonly mark: string;
}

/** Twilio's side of a media stream on a virtual clock: plays what it is sent, in real time, and sends marks back. */
export class VirtualLine implements MediaLine {
  readonly ledger = new PlayoutLedger();
  readonly sent: SentMessage[] = [];
  readonly clears: number[] = [];
  /** Why the server closed the socket; null while it has not. */
  closedBecause: string | null = null;
  /** Marks are swallowed, as by a line that lost them. */
  losesMarks = false;
  readonly #clock: VirtualClock;
  readonly #latencyMs: number;
  readonly #listener: LineListener;
  readonly #playout = new Playout(this.ledger);
  #wake = () => {};
  #open = true;

  /** `latencyMs`: how long a message takes, each way. */
  constructor(clock: VirtualClock, latencyMs: number, listener: LineListener) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#listener = listener;
  }

  sendAudio(payload: string, mark: string): void {
    if (!this.#open) throw new Error('audio for a line that is over');
    const audio = Buffer.from(payload, 'base64');
    this.sent.push({ at: this.#clock.now(), ms: audio.length / 8, mark });
    this.#travel(() => {
      this.#hear(this.#playout.push(audio, this.#clock.now()));
      this.#hear(this.#playout.mark(mark, this.#clock.now()));
    });
  }

  clear(): void {
    this.clears.push(this.#clock.now());
    this.#travel(() => this.#hear(this.#playout.clear(this.#clock.now())));
  }

  close(reason: string): void {
    if (this.closedBecause !== null) return;
    this.closedBecause = reason;
    this.#travel(() => {
      if (!this.#open) return;
      this.hangUp();
      this.#listener.closed(reason);
    });
  }

  /** The line is over: nothing more is played and no mark comes back. */
  hangUp(): void {
    if (!this.#open) return;
    this.#playout.stop(this.#clock.now());
    this.#open = false;
    this.#wake();
  }

  /** Milliseconds of a line of speech that the caller heard so far. */
  playedMsOf(line: number): number {
    if (this.#open) this.#hear(this.#playout.advance(this.#clock.now()));
    return this.ledger.playedMsOf(line);
  }

  /** Milliseconds sent and not yet played. */
  get bufferedMs(): number {
    return this.#playout.bufferedMs(this.#clock.now());
  }

  /** The caller hears the agent at this moment. */
  get audible(): boolean {
    return this.bufferedMs > 0;
  }

  #travel(run: () => void): void {
    this.#clock.after(this.#latencyMs, () => {
      if (this.#open) run();
    });
  }

  #hear(output: readonly PlayoutOutput[]): void {
    for (const event of output) {
      if (event.kind === 'mark' && !this.losesMarks)
        this.#clock.after(this.#latencyMs, () => this.#listener.mark(event.name));
    }
    this.#wake();
    const due = this.#playout.nextDue();
    if (due === null) return;
    this.#wake = this.#clock.after(due - this.#clock.now(), () => {
      if (this.#open) this.#hear(this.#playout.advance(this.#clock.now()));
    });
  }
}
