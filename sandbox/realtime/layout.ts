import { decodeMulaw } from '../audio/mulaw.ts';
import { speechFrames } from '../audio/speech.ts';
import { wordsOf } from '../audio/timing.ts';

/** When the pieces of one reply come, in ms from its first audio. */
export interface Layout {
  readonly words: readonly { readonly at: number; readonly delta: string }[];
  readonly audio: readonly { readonly at: number; readonly mulaw: Buffer }[];
  readonly ms: number;
}

/** Bytes of the audio deltas, in turn: several sizes, hardly one of whole frames. */
const DELTA_BYTES = [400, 1201, 2000, 3333, 1600, 4000, 2857] as const;
const BYTES_PER_MS = 8;
/** The words run ahead of the sound: the first before it, all after this share of it. */
const WORDS_AHEAD_MS = 10;
const WORDS_SHARE = 0.6;
const TEXT_MS_PER_WORD = 15;
/** Letters of one delta of a call's arguments, and ms between two. */
const ARGUMENT_LETTERS = 12;
const ARGUMENT_MS = 8;
/** From the last piece to the end. */
const TAIL_MS = 5;

function layOutWords(text: string, from: number, ms: number): Layout['words'] {
  const words = wordsOf(text);
  return words.map((word, index) => ({
    at: from + (index / words.length) * ms,
    delta: index === 0 ? word : ` ${word}`,
  }));
}

/** A spoken reply, its audio produced at `speed` times real time. */
export function layOutSpeech(text: string, line: number, speed: number): Layout {
  const mulaw = Buffer.concat(speechFrames(text, { voice: 'agent', line }));
  const ms = mulaw.length / BYTES_PER_MS / speed;
  const audio: Layout['audio'][number][] = [];
  for (let offset = 0; offset < mulaw.length;) {
    const piece = mulaw.subarray(offset, offset + (DELTA_BYTES[audio.length % DELTA_BYTES.length] ?? 1600));
    audio.push({ at: offset / BYTES_PER_MS / speed, mulaw: piece });
    offset += piece.length;
  }
  return { words: layOutWords(text, -WORDS_AHEAD_MS, ms * WORDS_SHARE), audio, ms: ms + TAIL_MS };
}

/** A written reply. */
export function layOutText(text: string): Layout {
  const ms = wordsOf(text).length * TEXT_MS_PER_WORD;
  return { words: layOutWords(text, 0, ms), audio: [], ms: ms + TAIL_MS };
}

/** The arguments of a function call, piece by piece. */
export function layOutCall(args: string): { readonly pieces: Layout['words']; readonly ms: number } {
  const pieces = Array.from({ length: Math.ceil(args.length / ARGUMENT_LETTERS) }, (_, index) => ({
    at: index * ARGUMENT_MS,
    delta: args.slice(index * ARGUMENT_LETTERS, (index + 1) * ARGUMENT_LETTERS),
  }));
  return { pieces, ms: pieces.length * ARGUMENT_MS + TAIL_MS };
}

/** Base64 of μ-law audio in the session's output format; PCM is 16 bit at 24 kHz. */
export function encodeAudio(mulaw: Buffer, format: string): string {
  if (format === 'audio/pcmu') return mulaw.toString('base64');
  const pcm = Buffer.alloc(mulaw.length * 6);
  mulaw.forEach((byte, index) => {
    for (let copy = 0; copy < 3; copy++) pcm.writeInt16LE(decodeMulaw(byte), index * 6 + copy * 2);
  });
  return pcm.toString('base64');
}
