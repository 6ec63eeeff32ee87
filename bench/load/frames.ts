import { speechFrames } from '../../sandbox/audio/speech.ts';

/**
 * Frames whose lowest bits say whose they are and when they were made, so that a peer in the same process can tell how
 * long one was under way. What is heard of them is silence or a voice: what listens to them has its usual work.
 */
const MAGIC = 0xb7;
const FRAME_BYTES = 160;
/** Magic 8 bits · call 16 · sequence 24 · voice 1: a bit a byte, inaudible. */
const FIELDS = { magic: 8, call: 16, sequence: 24, voice: 1 } as const;

const SILENCE = Buffer.alloc(FRAME_BYTES, 0xff);
const VOICE = speechFrames('רגע רגע אני רוצה לשאול משהו חשוב', { voice: 'caller', line: 0 });

/** The agent's voice, μ-law, cut into pieces of this many bytes. */
export function agentPieces(bytes: number): readonly Buffer[] {
  const words = 'בשמחה אבדוק לך ביומן מה פנוי בשבוע הבא ומייד אחזור אליך עם תשובה';
  const speech = Buffer.concat(speechFrames(words, { voice: 'agent', line: 1 }));
  return Array.from({ length: Math.floor(speech.length / bytes) }, (_, piece) =>
    speech.subarray(piece * bytes, (piece + 1) * bytes),
  );
}

/** A 20 ms μ-law frame of one call. `spoken`: so many frames after the caller began to speak; null for silence. */
export function numberedFrame(call: number, sequence: number, spoken: number | null): Buffer {
  const frame = Buffer.from(spoken === null ? SILENCE : (VOICE[spoken % VOICE.length] as Uint8Array));
  let at = write(frame, 0, FIELDS.magic, MAGIC);
  at = write(frame, at, FIELDS.call, call);
  at = write(frame, at, FIELDS.sequence, sequence);
  write(frame, at, FIELDS.voice, spoken === null ? 0 : 1);
  return frame;
}

/** Who made a frame, and which; null when it carries no number. */
export function readFrame(
  frame: Buffer,
): { readonly call: number; readonly sequence: number; readonly isVoice: boolean } | null {
  if (frame.length < FRAME_BYTES || read(frame, 0, FIELDS.magic) !== MAGIC) return null;
  const call = read(frame, FIELDS.magic, FIELDS.call);
  const sequence = read(frame, FIELDS.magic + FIELDS.call, FIELDS.sequence);
  const isVoice = read(frame, FIELDS.magic + FIELDS.call + FIELDS.sequence, FIELDS.voice) === 1;
  return { call, sequence, isVoice };
}

function write(frame: Buffer, at: number, bits: number, value: number): number {
  for (let bit = 0; bit < bits; bit++) {
    const byte = frame[at + bit] as number;
    frame[at + bit] = (byte & 0xfe) | ((value >> bit) & 1);
  }
  return at + bits;
}

function read(frame: Buffer, at: number, bits: number): number {
  let value = 0;
  for (let bit = 0; bit < bits; bit++) value |= ((frame[at + bit] as number) & 1) << bit;
  return value;
}
