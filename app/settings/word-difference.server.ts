import { diffArrays } from 'diff';

/** A stretch of a text beside another version of it. */
export interface DifferencePart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Milliseconds after which two texts are shown as wholly different rather than compared further. */
const TIMEOUT_MS = 500;
/** Characters of what stayed the same that are shown on either side of a change. */
const CONTEXT = 240;

/** Words with their inner marks (ד״ר, צ'יפס, re-do), stretches of space, and every other sign by itself. */
const words = (text: string): string[] =>
  text.match(/[\p{L}\p{M}\p{N}]+(?:["'״׳־-][\p{L}\p{M}\p{N}]+)*|\s+|./gsu) ?? [];

/** What of `before` became what in `after`, word by word. Long stretches that stayed are cut in their middle («…»). */
export function wordDifference(before: string, after: string): readonly DifferencePart[] {
  const parts = diffArrays(words(before), words(after), { timeout: TIMEOUT_MS });
  const raw: DifferencePart[] =
    parts === undefined
      ? [
          { kind: 'removed', text: before },
          { kind: 'added', text: after },
        ]
      : parts.map(({ value, added, removed }) => ({
          kind: added ? 'added' : removed ? 'removed' : 'same',
          text: value.join(''),
        }));
  const shown = raw.filter(({ text }) => text !== '');
  if (shown.length <= 1) return shown;
  return shown.map((part, index) =>
    part.kind === 'same' ? { ...part, text: shortened(part.text, index > 0, index < shown.length - 1) } : part,
  );
}

function shortened(text: string, changeBefore: boolean, changeAfter: boolean): string {
  const head = changeBefore ? CONTEXT : 0;
  const tail = changeAfter ? CONTEXT : 0;
  if (text.length <= head + tail + CONTEXT) return text;
  return `${text.slice(0, head)} … ${tail === 0 ? '' : text.slice(-tail)}`;
}
