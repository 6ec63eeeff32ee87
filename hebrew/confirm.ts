import type { DialogueState } from './dialogue.ts';
import { type Found, lexicon } from './phrases.ts';
import { underPrefixes } from './prefixes.ts';
import { isQuestionWord } from './questions.ts';
import { type Clause, isMarkedQuestion, splitClauses, words } from './tokenise.ts';
import {
  AGREED,
  APOLOGIES,
  CORRECTIONS,
  FILLERS,
  HELLOS,
  NO,
  REFUSALS,
  REPEAT_REQUESTS,
  RHETORICAL_NO,
  RHETORICAL_YES,
  UNSURE,
  VETOES,
  YES,
} from './words/answers.ts';
import { DONE, FAREWELLS, GREETINGS_OR_PARTINGS, PARTING_WORDS, THANKS } from './words/closings.ts';

export { isBackchannel } from './backchannel.ts';

/**
 * What an answer says. `yes` and `no` stand alone; `correction` denies and puts something in its place; `unsure` is
 * neither, also «כן, אבל…» and «לא, נכון»: ask again; `hello`: are you there; `question`: the caller asks.
 */
export type Answer = 'yes' | 'no' | 'unsure' | 'correction' | 'hello' | 'question' | 'other';

const answers = lexicon({
  rhetoricalYes: RHETORICAL_YES,
  rhetoricalNo: RHETORICAL_NO,
  yes: YES,
  agreed: AGREED,
  no: NO,
  refusal: REFUSALS,
  correction: CORRECTIONS,
  unsure: UNSURE,
  hello: HELLOS,
  repeat: REPEAT_REQUESTS,
  veto: VETOES,
  filler: FILLERS,
  apology: APOLOGIES,
  goodbye: [...FAREWELLS, ...PARTING_WORDS, ...GREETINGS_OR_PARTINGS],
  thanks: [...THANKS, ...DONE],
});
type Kind = Found<
  | 'rhetoricalYes'
  | 'rhetoricalNo'
  | 'yes'
  | 'agreed'
  | 'no'
  | 'refusal'
  | 'correction'
  | 'unsure'
  | 'hello'
  | 'repeat'
  | 'veto'
  | 'filler'
  | 'apology'
  | 'goodbye'
  | 'thanks'
>['category'];

/** A clause of an answer: the phrases it holds, the words that belong to none, and whether it asks. */
interface Part {
  readonly kinds: readonly Kind[];
  readonly rest: readonly string[];
  readonly asks: boolean;
  readonly words: readonly string[];
}

const DECIDES_NOTHING: ReadonlySet<Kind> = new Set(['filler', 'thanks', 'apology', 'goodbye']);

/**
 * Reads the answer to a question that can be confirmed. `asked` is that question: an answer that repeats its words
 * («כן, דני כהן») adds nothing and is a yes. Accepts any string.
 */
export function classifyAnswer(
  text: string,
  options: { readonly asked?: string | null; readonly state?: DialogueState } = {},
): Answer {
  const parts = splitClauses(text).map(partOf);
  const all = parts.flatMap((part) => part.kinds);
  const kinds = all.filter((kind) => !DECIDES_NOTHING.has(kind));
  const rest = parts.flatMap((part) => part.rest);
  const is = (...wanted: readonly Kind[]) => kinds.some((kind) => wanted.includes(kind));

  if (isHello(parts, kinds, rest)) return 'hello';
  if (parts.some((part) => part.asks)) return deniesBeforeAsking(parts) ? 'correction' : 'question';
  if (is('repeat')) return kinds.length === 1 || !is('yes', 'agreed') ? 'question' : 'unsure';
  if (kinds.length === 0)
    return all.length > 0 && all.every((kind) => kind === 'apology') && rest.length === 0 ? 'question' : 'other';

  const isDenied = is('no', 'refusal', 'correction', 'rhetoricalNo');
  const isAffirmed = is('yes', 'agreed', 'rhetoricalYes');
  if (is('veto')) return isDenied ? 'correction' : isAffirmed || is('unsure') ? 'unsure' : 'other';
  if (is('correction')) return 'correction';
  if (isDenied && isAffirmed) return rest.length > 0 ? 'correction' : 'unsure';
  if (is('unsure')) return 'unsure';
  if (isDenied) return rest.length > 0 && !is('refusal') ? 'correction' : 'no';
  if (!isAffirmed) return 'other';
  // «טוב, ביי» takes leave; it confirms nothing.
  if (all.includes('goodbye') && !is('yes', 'rhetoricalYes')) return 'other';
  if (rest.length === 0) return 'yes';
  return is('yes') && repeats(rest, options.asked ?? '') ? 'yes' : 'other';
}

function partOf(clause: Clause): Part {
  const kinds: Kind[] = [];
  const rest: string[] = [];
  let asks = false;
  for (let index = 0; index < clause.words.length;) {
    const found = answers.at(clause.words, index);
    if (found !== null) kinds.push(found.category);
    else {
      if (rest.length === 0 && isQuestionWord(clause.words, index)) asks = true;
      rest.push(clause.words[index] ?? '');
    }
    index += found?.length ?? 1;
  }
  const isRhetorical = kinds.some((kind) => kind === 'rhetoricalYes' || kind === 'rhetoricalNo');
  return { kinds, rest, asks: asks || (isMarkedQuestion(clause) && !isRhetorical), words: clause.words };
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
