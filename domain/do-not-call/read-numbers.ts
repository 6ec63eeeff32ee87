import { isDialable, normalisePhone } from '../phone/normalise.ts';

/** Numbers of one import at most. */
export const MAX_IMPORTED = 5_000;

/** One line of a pasted list, and what was made of it. */
export interface ReadLine {
  /** 1 for the first. */
  readonly line: number;
  readonly text: string;
  /** The number in its stored form; null when there is none in the line. */
  readonly phone: string | null;
  /** `repeated`: an earlier line has the same number. */
  readonly verdict: 'good' | 'repeated' | 'unreadable';
}

/**
 * Reads a list of numbers, one a line (a spreadsheet's column, or numbers between commas and semicolons), in whatever
 * form each is written. Empty lines are no lines.
 */
export function readNumbers(pasted: string): readonly ReadLine[] {
  const known = new Set<string>();
  return pasted
    .split(/[\n\r,;\t]+/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text, index): ReadLine => {
      const phone = normalisePhone(text);
      if (!isDialable(phone)) return { line: index + 1, text, phone: null, verdict: 'unreadable' };
      const repeated = known.has(phone);
      known.add(phone);
      return { line: index + 1, text, phone, verdict: repeated ? 'repeated' : 'good' };
    });
}
