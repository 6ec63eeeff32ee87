import { frameCount, wordsHeard, wordSpans } from '../audio/timing.ts';
import { encodeMulaw } from '../audio/mulaw.ts';
import { FRAME_BYTES, read, type Watermark } from '../audio/watermark.ts';
import { hear } from '../script/hearing.ts';
import type { Script } from '../script/schema.ts';
import type { Listen } from './server.ts';

const HEAD_BYTES = 44;

/**
 * Understands speech by the watermarks of the sandbox's own voices: the lines of these scripts, the caller's and the
 * agent's, in the order they are heard. The first script that explains the sound is taken.
 */
export function listenTo(scripts: () => readonly Script[]): Listen {
  return (file) => {
    const sound = mulawOf(file);
    if (sound === null) return null;
    const marks = marksIn(sound);
    for (const script of scripts()) {
      const text = wordsOf(script, marks);
      if (text !== '') return text;
    }
    return '';
  };
}

function wordsOf(script: Script, marks: readonly Watermark[]): string {
  const caller = hear(script, marks).text;
  const lines = new Map<number, Set<number>>();
  for (const { line, frame } of marks) {
    if (script.conversation[line]?.kind === 'agent') lines.set(line, (lines.get(line) ?? new Set()).add(frame));
  }
  const agent = [...lines].map(([line, frames]) => {
    const entry = script.conversation[line];
    if (entry?.kind !== 'agent' || frames.size > frameCount(entry.agent)) return '';
    return wordsHeard(wordSpans(entry.agent), (frame) => frames.has(frame));
  });
  return [caller, ...agent].filter((text) => text !== '').join(' ');
}

/** The watermarks of a sound, wherever its frames begin. */
function marksIn(sound: Uint8Array): Watermark[] {
  const marks: Watermark[] = [];
  for (let at = 0; at + FRAME_BYTES <= sound.length;) {
    const mark = read(sound.subarray(at, at + FRAME_BYTES));
    if (mark !== null) marks.push(mark);
    at += mark === null ? 1 : FRAME_BYTES;
  }
  return marks;
}

/** The samples of a WAV file of one channel of 16 bits, as μ-law; null when it is none. */
function mulawOf(file: Uint8Array): Uint8Array | null {
  const view = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (view.length < HEAD_BYTES || view.toString('latin1', 0, 4) !== 'RIFF') return null;
  if (view.readUInt16LE(20) !== 1 || view.readUInt16LE(22) !== 1 || view.readUInt16LE(34) !== 16) return null;
  const samples = Math.floor((view.length - HEAD_BYTES) / 2);
  return Uint8Array.from({ length: samples }, (_, index) => encodeMulaw(view.readInt16LE(HEAD_BYTES + 2 * index)));
}
