import { type AnswerKind as Kind, answers } from './answer-phrases.ts';
import { explainsFrom } from './explanations.ts';
import { isNumberWord } from './numbers.ts';
import { underPrefixes } from './prefixes.ts';
import { isQuestionWord } from './questions.ts';
import { type Clause, isMarkedQuestion, splitClauses, words } from './tokenise.ts';
import { ASSENTING_WORDS, FURTHER_WORDS, HEAD_YES_WORDS } from './words/answers.ts';
import { DAY_NAMES } from './words/frames.ts';
import { GIVEN_NAMES } from './words/names.ts';

export { isBackchannel } from './backchannel.ts';

/**
 * What an answer says. `yes` and `no` stand alone; `correction` denies and puts something in its place; `unsure` is
 * neither, also «כן, אבל…» and «לא, נכון»: ask again; `hello`: are you there; `question`: the caller asks.
 */
export type Answer = 'yes' | 'no' | 'unsure' | 'correction' | 'hello' | 'question' | 'other';

/** A clause of an answer: the phrases it holds, the words that belong to none, and whether it asks. */
interface Part {
  readonly kinds: readonly Kind[];
  readonly rest: readonly string[];
  readonly asks: boolean;
  readonly words: readonly string[];
}

const DECIDES_NOTHING: ReadonlySet<Kind> = new Set(['filler', 'thanks', 'apology', 'goodbye', 'announcing', 'please']);

/** What an answer is read against. */
export interface AnswerTo {
  /** The question it answers; null or absent when nothing is known of it. */
  readonly asked?: string | null;
  /** The same utterance ends the conversation: «טוב, תודה» then agrees to nothing. */
  readonly takesLeave?: boolean;
}

/**
 * Reads the answer to a question that can be confirmed: an answer that repeats the question's words («כן, דני כהן»)
 * adds nothing and is a yes. Accepts any string.
 */
export function classifyAnswer(text: string, { asked = '', takesLeave = false }: AnswerTo = {}): Answer {
  const parts = splitClauses(text).map((clause) => partOf(clause, asked ?? ''));
  const all = parts.flatMap((part) => part.kinds);
  const kinds = all.filter((kind) => !DECIDES_NOTHING.has(kind));
  const rest = parts.flatMap((part) => part.rest);
  const is = (...wanted: readonly Kind[]) => kinds.some((kind) => wanted.includes(kind));

  if (isHello(parts, kinds, rest)) return 'hello';
  if (parts.some((part) => part.asks)) return deniesBeforeAsking(parts) ? 'correction' : 'question';
  if (is('repeat')) return kinds.length === 1 || !is('yes', 'agreed', 'allGood') ? 'question' : 'unsure';
  if (kinds.length === 0) return rest.length > 0 ? 'other' : courtesy(all);

  const isCorrected =
    is('correction', 'changeRequest') ||
    (is('instead') && (rest.length > 0 || kinds.every((kind) => kind === 'instead')));
  const isDenied = isCorrected || is('no', 'refusal', 'rhetoricalNo');
  // «לא, הכול ברור»: all is well without more.
  const isAffirmed = is('yes', 'agreed', 'rhetoricalYes') || (is('allGood') && !isDenied);
  // Who takes leave corrects nothing any more: «בעצם זהו», «לא, תסירו אותי».
  if (takesLeave && isDenied && !isAffirmed) return is('no', 'refusal', 'rhetoricalNo') ? 'no' : 'other';
  if (is('veto')) return vetoed({ isDenied, isAffirmed, isUnsure: is('unsure'), isRefused: is('refusal'), rest });
  if (isCorrected) return 'correction';
  if (isDenied && isAffirmed) {
    if (rest.length > 0) return 'correction';
    // «טוב, לא מתאים לי»: the first word only takes the turn.
    return !is('yes', 'rhetoricalYes') && kinds[0] === 'agreed' ? 'no' : 'unsure';
  }
  if (is('unsure')) return 'unsure';
  if (isDenied) return rest.length > 0 && !is('refusal') ? 'correction' : 'no';
  if (!isAffirmed) return 'other';
  // «טוב, ביי» takes leave; it confirms nothing.
  if ((takesLeave || all.includes('goodbye')) && !is('yes', 'rhetoricalYes')) return 'other';
  if (rest.length === 0) return 'yes';
  // «סבבה, אז ביום רביעי» to «ביום שלישי?» puts another day in its place.
  if (!is('yes') && competes(rest, asked ?? '')) return 'correction';
  if (repeats(rest, asked ?? '')) return 'yes';
  return is('yes') && onlyAssents(parts, rest) ? 'yes' : 'other';
}

/** «סליחה» asks to hear it again, «בבקשה» accepts; thanks and fillers say nothing. */
function courtesy(kinds: readonly Kind[]): Answer {
  if (kinds.includes('please') && !kinds.includes('thanks') && !kinds.includes('goodbye')) return 'yes';
  return kinds.length > 0 && kinds.every((kind) => kind === 'apology') ? 'question' : 'other';
}

/** «כן, אבל…» is not yet, «לא, אבל…» puts something in its place; «תודה, אבל לא מעוניין» only refuses. */
function vetoed(said: {
  readonly isDenied: boolean;
  readonly isAffirmed: boolean;
  readonly isUnsure: boolean;
  readonly isRefused: boolean;
  readonly rest: readonly string[];
}): Answer {
  if (said.isRefused && !said.isAffirmed && said.rest.length === 0) return 'no';
  if (said.isDenied) return 'correction';
  return said.isAffirmed || said.isUnsure ? 'unsure' : 'other';
}

function partOf(clause: Clause, asked: string): Part {
  const kinds: Kind[] = [];
  const rest: string[] = [];
  let asks = false;
  for (let index = 0; index < clause.words.length;) {
    const found = answers.at(clause.words, index);
    // «לא, כי אני עובדת» · «לא, יש לי פגישה»: why not, and nothing in its place.
    if (rest.length === 0 && explainsFrom(clause.words, index, asked)) break;
    if (found !== null) kinds.push(found.category);
    else {
      const isHead = rest.length === 0 || kinds.at(-1) === 'veto';
      if (isHead && isQuestionWord(clause.words, index)) asks = true;
      rest.push(clause.words[index] ?? '');
    }
    index += found?.length ?? 1;
  }
  const isRhetorical = kinds.some(
    (kind) => kind === 'rhetoricalYes' || kind === 'rhetoricalNo' || kind === 'changeRequest',
  );
  return { kinds, rest, asks: asks || (isMarkedQuestion(clause) && !isRhetorical), words: clause.words };
}

const HEAD_YES = new Set(HEAD_YES_WORDS);
const ASSENTING = new Set(ASSENTING_WORDS);
const FURTHER = new Set(FURTHER_WORDS);

/**
 * «כן, אני אשמח להגיע»: a yes at the head, and behind it words that agree in a sentence of their own. A number, a
 * day, a name or a further wish is more than that: «כן, יום רביעי» may mean another day.
 */
function onlyAssents(parts: readonly Part[], rest: readonly string[]): boolean {
  const heard = parts.flatMap((part) => part.words);
  const head = heard.findIndex((word) => HEAD_YES.has(word));
  const from = heard.findIndex((word, index) => index > head && ASSENTING.has(word));
  if (head < 0 || from < 0 || from > heard.indexOf(rest[0] ?? '')) return false;
  return !heard.some(
    (word) => FURTHER.has(word) || GIVEN_NAMES.has(word) || isNumberWord(word) || /^[0-9]/u.test(word) || isDay(word),
  );
}

/** Whether a day stands in the answer where the question named another. */
function competes(rest: readonly string[], asked: string): boolean {
  const wasAsked = words(asked);
  const days = rest.filter(isDay);
  return days.length > 0 && wasAsked.some(isDay) && !repeats(days, asked);
}

function isDay(word: string): boolean {
  return underPrefixes(word).some((form) => DAY_NAMES.has(form));
}

/** «הלו», «שומעים אותי?», and «כן?» with its question mark. */
function isHello(parts: readonly Part[], kinds: readonly Kind[], rest: readonly string[]): boolean {
  if (kinds.includes('hello')) return rest.length === 0 && kinds.every((kind) => kind === 'hello' || kind === 'yes');
  return parts.length > 0 && parts.every((part) => part.asks && part.words.every((word) => word === 'כן'));
}

/** «לא, למה?» denies first. */
function deniesBeforeAsking(parts: readonly Part[]): boolean {
  const first = parts.find((part) => part.asks || part.kinds.some((kind) => !DECIDES_NOTHING.has(kind)));
  if (first === undefined || first.asks) return false;
  return first.kinds.some(
    (kind) => kind === 'no' || kind === 'refusal' || kind === 'correction' || kind === 'rhetoricalNo',
  );
}

/** Whether every word was in the question, with or without its prefixes. */
function repeats(said: readonly string[], asked: string): boolean {
  const known = new Set(words(asked).flatMap(underPrefixes));
  return said.every((word) => underPrefixes(word).some((form) => known.has(form)));
}
