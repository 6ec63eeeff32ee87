import type { RawData } from 'ws';
import type { MediaSocket } from '../../voice/twilio/media-stream.ts';
import type { CallClock } from './clock.ts';
import type { FarEnd, NearSocket } from './stream.ts';

type Message = (data: RawData, isBinary: boolean) => void;

/** A WebSocket without a network: the server holds it as its media socket, the telephone as its near end. */
export class VirtualSocket implements MediaSocket, NearSocket {
  readonly #clock: CallClock;
  readonly #latencyMs: number;
  readonly #far: FarEnd;
  readonly #onMessage: Message[] = [];
  readonly #onClose: ((code: number) => void)[] = [];
  #open = true;
  #silent = false;

  constructor(clock: CallClock, latencyMs: number, far: FarEnd) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.#far = far;
    queueMicrotask(() => far.opened());
  }

  get isOpen(): boolean {
    return this.#open;
  }

  on(event: 'message' | 'error' | 'close', listener: Message | ((error: Error) => void) | ((code: number) => void)) {
    if (event === 'message') this.#onMessage.push(listener as Message);
    if (event === 'close') this.#onClose.push(listener as (code: number) => void);
  }

  send(text: string): void {
    if (!this.#open) return;
    this.#travel(() => this.#far.message(text));
  }

  close(code: number): void {
    if (!this.#open) return;
    this.#travel(() => {
      this.#far.closed(code);
      this.#travel(() => this.#shut(code), true);
    });
  }

  terminate(): void {
    if (!this.#open) return;
    this.#far.closed(1006);
    this.#shut(1006);
  }

  /** Twilio says something. */
  tell(text: string): void {
    this.#travel(() => {
      if (!this.#open) return;
      for (const listener of this.#onMessage) listener(Buffer.from(text, 'utf8'), false);
    });
  }

  /** Twilio closes the socket, or it breaks (1006). */
  hangUp(code: number): void {
    this.#travel(() => this.#shut(code));
  }

  /** From now on nothing gets through, either way, and nobody is told. */
  goSilent(): void {
    this.#silent = true;
  }

  #travel(run: () => void, always = false): void {
    this.#clock.after(this.#latencyMs, () => {
      if (always || !this.#silent) run();
    });
  }

  #shut(code: number): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of this.#onClose) listener(code);
  }
}
