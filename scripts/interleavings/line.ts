import type { MediaLine, SessionClock } from '../../voice/session/session.ts';
import type { LinePlan } from './plan.ts';
import { speakerOf } from './model.ts';

export interface LineListener {
  mark(name: string): void;
  /** The socket is closed after we asked for it. */
  closed(): void;
}

/** Twilio's side of the stream: plays in real time, gives marks back, and closes when it is told to. */
export class UnrulyLine implements MediaLine {
  over = false;
  readonly #clock: SessionClock;
  readonly #plan: LinePlan;
  readonly #listener: LineListener;
  readonly #find: (finding: string) => void;
  readonly #sentMs = new Map<number, number>();
  #pending: { readonly name: string; readonly cancel: () => void }[] = [];
  #playedUntil = 0;
  #closing = false;

  constructor(clock: SessionClock, plan: LinePlan, listener: LineListener, find: (finding: string) => void) {
    this.#clock = clock;
    this.#plan = plan;
    this.#listener = listener;
    this.#find = find;
  }

  /** Milliseconds of the audio of this number that were sent. */
  sentMsOf(number: number): number {
    return this.#sentMs.get(number % 0x70) ?? 0;
  }

  sendAudio(payload: string, mark: string): void {
    if (this.over) this.#find('audio for a line that is over');
    const audio = Buffer.from(payload, 'base64');
    if (audio.length === 0 || audio.length % 160 !== 0) this.#find(`a message of ${audio.length} bytes`);
    for (let from = 0; from < audio.length; from += 8) {
      const number = speakerOf(audio[from]);
      if (number !== null) this.#sentMs.set(number, (this.#sentMs.get(number) ?? 0) + 1);
    }
    this.#travel(() => {
      this.#playedUntil = Math.max(this.#playedUntil, this.#clock.now()) + audio.length / 8;
      const entry = { name: mark, cancel: this.#clock.after(this.#playedUntil - this.#clock.now(), () => played()) };
      const played = () => {
        this.#pending = this.#pending.filter((other) => other !== entry);
        this.#giveBack(mark);
      };
      this.#pending.push(entry);
    });
  }

  clear(): void {
    if (this.over) this.#find('a clear for a line that is over');
    this.#travel(() => {
      this.#playedUntil = this.#clock.now();
      for (const { name, cancel } of this.#pending.splice(0)) {
        cancel();
        this.#giveBack(name);
      }
    });
  }

  close(_reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#clock.after(this.#plan.closeMs, () => {
      if (this.over) return;
      this.end();
      this.#listener.closed();
    });
  }

  /** Nothing is played or said any more. */
  end(): void {
    this.over = true;
    for (const { cancel } of this.#pending.splice(0)) cancel();
  }

  #giveBack(mark: string): void {
    if (!this.#plan.losesMarks) this.#travel(() => this.#listener.mark(mark));
  }

  #travel(run: () => void): void {
    this.#clock.after(this.#plan.latencyMs, () => {
      if (!this.over) run();
    });
  }
}
