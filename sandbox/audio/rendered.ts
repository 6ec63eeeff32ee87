import { FIRST_FREE_LINE } from '../script/schema.ts';

/**
 * Speech that is rendered beforehand is made before any script is known, and played in calls of many scripts. So the
 * line index in its watermark stands for its text, the same for every call of this process; the caller's side finds
 * the script's entry by the words.
 */

/** Line indices 200 to 215 are speech of a call outside its script, 216 to 255 rendered texts, which start over. */
export const FIRST_RENDERED_LINE = FIRST_FREE_LINE + 16;
const PLACES = 256 - FIRST_RENDERED_LINE;

const texts: string[] = [];
let next = 0;

/** The line index of a rendered text. */
export function renderedLine(text: string): number {
  const known = texts.indexOf(text);
  if (known >= 0) return FIRST_RENDERED_LINE + known;
  const place = next++ % PLACES;
  texts[place] = text;
  return FIRST_RENDERED_LINE + place;
}

/** The text behind a line index, or null when it is no rendered one's. */
export function renderedText(line: number): string | null {
  return texts[line - FIRST_RENDERED_LINE] ?? null;
}
