import { decodeMulaw } from '../audio/mulaw.ts';
import { FRAME_BYTES, SILENCE_BYTE } from '../audio/watermark.ts';

/** μ-law at 8 kHz: eight bytes a millisecond. */
const BYTES_PER_MS = 8;
const RATE_HZ = 8000;
const PCM = 1;

/**
 * Keeps both sides of a call as they are heard on the line: the person on the first channel, what is played to them on
 * the second. Times are ms of the sandbox's clock.
 */
export class CallRecorder {
  readonly startedAt: number;
  #caller: { readonly at: number; readonly frame: Uint8Array }[] = [];
  #agent: { readonly at: number; readonly frame: Uint8Array }[] = [];

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** What the person says in one slot of 20 ms; null in silence. */
  caller(at: number, frame: Uint8Array | null): void {
    if (frame !== null) this.#caller.push({ at, frame });
  }

  /** What becomes audible at `at`. */
  agent(at: number, frame: Uint8Array): void {
    this.#agent.push({ at, frame });
  }

  /** Both channels up to `endedAt`, μ-law. */
  channels(endedAt: number): readonly [caller: Uint8Array, agent: Uint8Array] {
    const bytes = Math.max(0, Math.round((endedAt - this.startedAt) * BYTES_PER_MS));
    return [this.#lay(this.#caller, bytes), this.#lay(this.#agent, bytes)];
  }

  #lay(pieces: readonly { readonly at: number; readonly frame: Uint8Array }[], bytes: number): Uint8Array {
    const channel = new Uint8Array(bytes).fill(SILENCE_BYTE);
    let free = 0;
    for (const { at, frame } of pieces) {
      // Frames follow one another; a clock that runs a little off must not lay one over the last.
      const wanted = Math.round((at - this.startedAt) * BYTES_PER_MS);
      const from = Math.abs(wanted - free) < FRAME_BYTES ? free : Math.max(free, wanted);
      if (from < 0 || from >= bytes) continue;
      channel.set(frame.subarray(0, bytes - from), from);
      free = from + frame.length;
    }
    return channel;
  }
}

/** A WAV file as Twilio delivers recordings: 16 bits, 8 kHz, the channels as given. */
export function linearWav(channels: readonly Uint8Array[]): Buffer {
  const blocks = channels[0]?.length ?? 0;
  const data = Buffer.alloc(blocks * channels.length * 2);
  channels.forEach((channel, index) => {
    for (let block = 0; block < blocks; block++) {
      data.writeInt16LE(decodeMulaw(channel[block] ?? SILENCE_BYTE), (block * channels.length + index) * 2);
    }
  });
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(PCM, 20);
  head.writeUInt16LE(channels.length, 22);
  head.writeUInt32LE(RATE_HZ, 24);
  head.writeUInt32LE(RATE_HZ * 2 * channels.length, 28);
  head.writeUInt16LE(2 * channels.length, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

/** One channel in place of two: what Twilio gives who does not ask for both. */
export function mixed([one, other]: readonly [Uint8Array, Uint8Array]): Uint8Array {
  return one.map((byte, index) => (byte === SILENCE_BYTE ? (other[index] ?? SILENCE_BYTE) : byte));
}
