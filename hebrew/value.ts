import { dictatedDigits } from './digits.ts';
import { isNumberWord, spokenNumber } from './numbers.ts';
import { lexicon } from './phrases.ts';
import { underPrefixes } from './prefixes.ts';
import { isQuestion } from './questions.ts';
import { splitClauses, splitSpelt, words } from './tokenise.ts';
import {
  AGREED,
  APOLOGIES,
  CHANGE_REQUESTS,
  CORRECTIONS,
  FILLERS,
  INSTEAD,
  NO,
  PLEASE,
  UNSURE,
  YES,
} from './words/answers.ts';
import { DONE, FAREWELLS, THANKS } from './words/closings.ts';
import { DAYS, EXPLAINING_WORDS, LEADS_TO, NAME_FRAMES, VALUE_FRAMES } from './words/frames.ts';
import { GIVEN_NAMES } from './words/names.ts';
import { HESITATIONS, VOCATIVES } from './words/small-words.ts';

/**
 * What an answer gives: the words that are left when everything is taken away that only frames them («לא, קוראים לי
 * דוד»), and what it puts in the place of what was wrong («לא דני, דנה»).
 */

const around = lexicon({
  nameFrame: NAME_FRAMES,
  frame: [...VALUE_FRAMES, ...CHANGE_REQUESTS],
  no: [...NO, 'לא', 'לא (אמרתי|ביקשתי|רציתי)'],
  correction: [...CORRECTIONS, ...INSTEAD],
  small: [...FILLERS, ...PLEASE, ...HESITATIONS, ...VOCATIVES, ...APOLOGIES, ...YES, ...AGREED, ...UNSURE],
  closing: [...THANKS, ...DONE, ...FAREWELLS],
});
const requests = lexicon({ change: CHANGE_REQUESTS });
const EXPLAINING = new Set(EXPLAINING_WORDS);

/** Words of the longest value: an address. More is a story. */
const LONGEST_VALUE = 10;

/** A stretch of content: as compared and as spelt, and whether a «לא» stands before it. */
interface Piece {
  readonly heard: readonly string[];
  readonly spelt: readonly string[];
  readonly isDenied: boolean;
  readonly isName: boolean;
  /** Its first word stood behind ב or ל. */
  readonly isPrefixed: boolean;
}

/**
 * The value that an utterance gives, in its own spelling, without prefixes before days and names; a number alone in
 * digits. Null when it gives none: it only confirms, denies, explains or asks. `agent`: the words it answers; what
 * they held already is the old value where something is denied. `onlyNamed`: nothing but a name that is introduced as
 * one. Accepts any strings.
 */
export function givenValue(text: string, agent = '', options: { readonly onlyNamed?: boolean } = {}): string | null {
  const pieces = piecesOf(text);
  const said = pieces.filter((piece) => !piece.isDenied);
  const named = said.filter((piece) => piece.isName);
  const others = said.length > 0 ? said : replacing(pieces, agent);
  const chosen = named.length > 0 || options.onlyNamed === true ? named : others;
  const heard = chosen.flatMap((piece) => piece.heard);
  const spelt = chosen.flatMap((piece) => piece.spelt);
  if (heard.length === 0 || heard.length > LONGEST_VALUE) return null;
  return (
    numeric(
      heard,
      chosen.some((piece) => piece.isPrefixed),
    ) ?? spelt.join(' ')
  );
}

/** «לא דוד» without a comma: what the agent did not say replaces what it said. */
function replacing(pieces: readonly Piece[], agent: string): readonly Piece[] {
  if (agent === '') return [];
  const known = new Set(words(agent).flatMap(underPrefixes));
  return pieces.filter((piece) => !piece.heard.every((word) => underPrefixes(word).some((form) => known.has(form))));
}

function piecesOf(text: string): readonly Piece[] {
  const spelt = splitSpelt(text);
  return splitClauses(text).flatMap((clause, index) => {
    const isStory = EXPLAINING.has(clause.words[0] ?? '') && clause.words.length > 1 && !clause.words.some(isNumeric);
    return isStory || (isQuestion(clause) && requests.scan(clause.words).found.length === 0)
      ? []
      : piecesOfClause(clause.words, spelt[index]?.words ?? clause.words);
  });
}

function piecesOfClause(heard: readonly string[], spelt: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let open: { heard: string[]; spelt: string[] } = { heard: [], spelt: [] };
  let isDenied = false;
  let isName = false;
  let leads = false;
  let isPrefixed = false;
  const close = () => {
    if (open.heard.length > 0) pieces.push({ ...open, isDenied, isName, isPrefixed });
    isPrefixed = false;
    open = { heard: [], spelt: [] };
  };
  for (let index = 0; index < heard.length;) {
    const word = heard[index] ?? '';
    const found = isNumberWord(word) ? null : around.at(heard, index);
    if (found === null && isLoosePrefix(heard, index, open.heard.length)) index += 1;
    else if (found === null) {
      const peeled = open.heard.length === 0 ? withoutPrefix(word, leads) : word;
      if (peeled !== word) isPrefixed = true;
      open.heard.push(peeled);
      const shown = spelt[index] ?? word;
      open.spelt.push(peeled === word ? shown : shown.slice(word.length - peeled.length));
      index += 1;
    } else {
      close();
      if (found.category !== 'small' && found.category !== 'closing') {
        isDenied = found.category === 'no';
        isName = found.category === 'nameFrame';
        leads = LEADS_TO.test(heard[index + found.length - 1] ?? '');
      }
      index += found.length;
    }
  }
  close();
  return pieces;
}

/** The ב of «ב-11», which stands apart from the number. */
function isLoosePrefix(heard: readonly string[], index: number, before: number): boolean {
  return before === 0 && /^[בלהמ]$/u.test(heard[index] ?? '') && /^[0-9]/u.test(heard[index + 1] ?? '');
}

/** «ביום שלישי» is יום שלישי; behind «תשנה ל…» and «התכוונתי ל…» any ל falls, but for a name's own. */
function withoutPrefix(word: string, leads: boolean): string {
  const rest = word.slice(1);
  if (rest.length < 2) return word;
  if (/^[בל]/u.test(word) && (DAYS.has(rest) || isNumberWord(rest))) return rest;
  if (!leads || !word.startsWith('ל') || GIVEN_NAMES.has(word)) return word;
  return rest;
}

const isNumeric = (word: string) => isNumberWord(word) || /^[0-9]/u.test(word);

/** «שלוש מאות» as 300, dictated digits as digits; null for other words, and behind «ב»: «בעשר» is an hour. */
function numeric(heard: readonly string[], isHour: boolean): string | null {
  const text = heard.join(' ');
  const number = spokenNumber(text);
  if (isHour && heard.every((word) => !/^[0-9]/u.test(word))) return null;
  if (number !== null && !/^0\d/u.test(text)) return String(number);
  if (!heard.every((word) => isNumeric(word) || isNumeric(word.replace(/^ו/u, '')))) return null;
  const digits = dictatedDigits(text);
  return digits === '' ? null : digits;
}
