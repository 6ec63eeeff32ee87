/** Milliseconds of one frame. */
export const FRAME_MS = 20;

/** Speaking rate: milliseconds of a letter. With the pauses it comes to about 2.5 words a second. */
const LETTER_MS = 70;
/** A digit is spoken as a word of its own. */
const DIGIT_MS = 320;
const SHORTEST_WORD_MS = 160;
const WORD_GAP_MS = 80;
const COMMA_GAP_MS = 180;
/** Shorter than any sensible end-of-speech silence, so that one line stays one utterance. */
const SENTENCE_GAP_MS = 280;

/** When one word of a line is spoken, in frames of that line; `end` is exclusive. */
export interface WordSpan {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a text as they are spoken and written: split at white space, punctuation kept. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

function wordMs(word: string): number {
  const bare = word.normalize('NFC').replace(/[\u0591-\u05C7\p{P}\p{S}]/gu, '');
  const digits = bare.match(/\d/gu)?.length ?? 0;
  return Math.max(SHORTEST_WORD_MS, (bare.length - digits) * LETTER_MS + digits * DIGIT_MS);
}

function gapAfter(word: string): number {
  if (/[.?!…]["'»”)]*$/u.test(word)) return SENTENCE_GAP_MS;
  return /[,;:–—-]["'»”)]*$/u.test(word) ? COMMA_GAP_MS : WORD_GAP_MS;
}

const inFrames = (ms: number): number => Math.round(ms / FRAME_MS);

/** The timing of a line: where each word stands. The line begins with its first word and ends with its last. */
export function wordSpans(text: string): WordSpan[] {
  let at = 0;
  return wordsOf(text).map((word) => {
    const start = at;
    const end = start + inFrames(wordMs(word));
    at = end + inFrames(gapAfter(word));
    return { word, start, end };
  });
}

/** Frames of 20 ms that a text takes to say; 0 for an empty text. */
export function frameCount(text: string): number {
  return wordSpans(text).at(-1)?.end ?? 0;
}

/** A word counts as heard when at least this share of its frames arrived. */
const HEARD_SHARE = 0.8;

/** The words of `spans` of which at least four fifths of the frames arrived, joined by single spaces. */
export function wordsHeard(spans: readonly WordSpan[], arrived: (frame: number) => boolean): string {
  return spans
    .filter(({ start, end }) => {
      let got = 0;
      for (let frame = start; frame < end; frame++) if (arrived(frame)) got++;
      return end > start && got / (end - start) >= HEARD_SHARE;
    })
    .map((span) => span.word)
    .join(' ');
}

/** The words a listener knows after the first `frames` frames of the line. */
export function wordsUpTo(text: string, frames: number): string {
  return wordsHeard(wordSpans(text), (frame) => frame < frames);
}
