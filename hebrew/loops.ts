import { isNumberWord } from './numbers.ts';
import { words } from './tokenise.ts';
import { SAID_MANY_TIMES } from './words/ghosts.ts';

/**
 * Segments that repeat: recognition that loses its way says one thing over and over, or says the segment before again.
 */

/** Words of the longest unit that is looked for. */
const LONGEST_UNIT = 8;
/** Repetitions that nobody speaks, of units of one, two, and more words. */
const LOOP_OF_ONE = 6;
const LOOP_OF_TWO = 5;
const LOOP_OF_MORE = 3;
/** «לא לא לא לא לא לא», «ביי ביי ביי ביי ביי ביי» people do say. */
const LOOP_OF_COMMON = 12;

/** Whether a text is one thing over and over, with nothing else in it. Digits may repeat. Accepts any string. */
export function isLoop(text: string): boolean {
  const heard = words(text);
  if (heard.some((word) => isNumberWord(word) || /^[0-9]/u.test(word))) return false;
  for (let unit = 1; unit <= LONGEST_UNIT && unit * 2 < heard.length; unit += 1) {
    if (heard.length >= unit * repetitions(heard.slice(0, unit)) && repeatsEvery(heard, unit)) return true;
  }
  return false;
}

function repetitions(unit: readonly string[]): number {
  if (unit.every((word) => SAID_MANY_TIMES.has(word))) return LOOP_OF_COMMON / unit.length;
  return unit.length === 1 ? LOOP_OF_ONE : unit.length === 2 ? LOOP_OF_TWO : LOOP_OF_MORE;
}

/** The last repetition may be cut short. */
function repeatsEvery(heard: readonly string[], unit: number): boolean {
  return heard.every((word, index) => index < unit || word === heard[index - unit]);
}

/** Nobody speaks faster than this, ms a word. */
const FASTEST_WORD_MS = 100;
/** A short answer may well be given twice. */
const SHORTEST_SEGMENT = 3;

/**
 * Whether a segment is the one before it said again by recognition, not by the caller: the same words, more of them
 * than fit into the speech that the audio proves. `previous`: the caller's segment before. Accepts any strings.
 */
export function isRepeatedSegment(text: string, previous: string, provenSpeechMs: number): boolean {
  const heard = words(text);
  if (heard.length < SHORTEST_SEGMENT || provenSpeechMs >= heard.length * FASTEST_WORD_MS) return false;
  const before = words(previous);
  return before.length === heard.length && before.every((word, index) => word === heard[index]);
}
