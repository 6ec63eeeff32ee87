import { frameCount, wordsHeard, wordSpans } from '../audio/timing.ts';
import type { WordSpan } from '../audio/timing.ts';
import type { Watermark } from '../audio/watermark.ts';
import type { CallerEntry, Script } from './schema.ts';

/** What transcription makes of one utterance, and how it behaves. */
export interface Heard {
  readonly text: string;
  /** The script's caller lines of which something arrived, in the order they were heard. */
  readonly lines: readonly number[];
  /** From the commit to the transcription, ms; the slowest line decides. Null: the default. */
  readonly delayMs: number | null;
  readonly transcript: 'once' | 'never' | 'failed' | 'twice';
  /** From the commit to its report, ms. */
  readonly commitDelayMs: number;
}

/** `heard_as` is spread over the line's frames, so that half a line gives half of it. */
function spread(text: string, frames: number): WordSpan[] {
  const spans = wordSpans(text);
  const scale = frames / Math.max(1, frameCount(text));
  return spans.map(({ word, start, end }) => ({
    word,
    start: Math.floor(start * scale),
    end: Math.max(Math.floor(start * scale) + 1, Math.floor(end * scale)),
  }));
}

function textOf(entry: CallerEntry, arrived: ReadonlySet<number>): string {
  const spans =
    entry.heard_as === undefined ? wordSpans(entry.caller) : spread(entry.heard_as, frameCount(entry.caller));
  return wordsHeard(spans, (frame) => arrived.has(frame));
}

/**
 * What the model makes of the frames of one utterance: only words whose frames arrived, several lines joined by a
 * space. Frames without a watermark, or of a line that is no caller's, say nothing.
 */
export function hear(script: Script, marks: Iterable<Watermark | null>): Heard {
  const arrived = new Map<number, Set<number>>();
  for (const mark of marks) {
    if (mark === null || script.conversation[mark.line]?.kind !== 'caller') continue;
    const frames = arrived.get(mark.line) ?? new Set<number>();
    frames.add(mark.frame);
    arrived.set(mark.line, frames);
  }
  const texts: string[] = [];
  let delayMs: number | null = null;
  let transcript: Heard['transcript'] = 'once';
  let commitDelayMs = 0;
  for (const [line, frames] of arrived) {
    const entry = script.conversation[line];
    if (entry?.kind !== 'caller') continue;
    const text = textOf(entry, frames);
    if (text !== '') texts.push(text);
    if (entry.transcript_delay_ms !== undefined) delayMs = Math.max(delayMs ?? 0, entry.transcript_delay_ms);
    if (entry.transcript !== undefined) transcript = entry.transcript;
    commitDelayMs = Math.max(commitDelayMs, entry.commit_delay_ms ?? 0);
  }
  return { text: texts.join(' '), lines: [...arrived.keys()], delayMs, transcript, commitDelayMs };
}
