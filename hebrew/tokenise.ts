import { normalise, unify } from './normalise.ts';

/** A word (letters, with geresh and gershayim inside), a number (ASCII digits, `10.5`, `09:30`), or a mark. */
export interface Token {
  readonly kind: 'word' | 'number' | 'mark';
  readonly text: string;
}

/** A stretch of speech between two marks of punctuation. */
export interface Clause {
  readonly words: readonly string[];
  /** The marks that close it, `''` at an open end. */
  readonly end: string;
}

/**
 * Regular expressions know no Hebrew word boundary, so words are what matches, not what lies between. Digits and
 * letters part company (ב15 is ב and 15). A geresh at the end belongs to one-letter words (יום ב') and to the
 * letters it changes (ג'ורג'); elsewhere it closes a quotation.
 */
const TOKEN =
  /(?<word>\p{L}[\p{L}\p{M}]*(?:['"](?=\p{L})[\p{L}\p{M}]+)*(?:(?<![\p{L}\p{M}]{2})'|(?<=[גזצץתד])'(?!\p{L}))?)|(?<number>[0-9]+(?:[.,:/](?=[0-9])[0-9]+)*)|(?<break> [-–] |[—–])|(?<mark>[^\s\p{L}])|\n/gu;

/** Marks that end a clause. A hyphen does so only between spaces. */
const CLAUSE_MARKS = new Set([...'.,!?;:…()[]', '—', '\n', '؟', '،', '。', '？', '！']);

/** Splits a text, normalised here, into words, numbers and marks. A dash between spaces comes out as `—`. */
export function tokenise(text: string): readonly Token[] {
  return tokensOf(normalise(text));
}

/** The same with Latin capitals left as they are. */
function tokeniseSpelt(text: string): readonly Token[] {
  return tokensOf(unify(text));
}

function tokensOf(normalised: string): readonly Token[] {
  const tokens: Token[] = [];
  let openQuote = false;
  for (const match of normalised.matchAll(TOKEN)) {
    const { word, number, mark } = match.groups ?? {};
    if (word !== undefined) {
      const closesQuote = openQuote && word.endsWith("'");
      tokens.push({ kind: 'word', text: closesQuote ? word.slice(0, -1) : word });
      if (closesQuote) openQuote = false;
    } else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (mark !== undefined) {
      if (mark === "'") openQuote = !openQuote;
      tokens.push({ kind: 'mark', text: mark });
    } else tokens.push({ kind: 'mark', text: match[0] === '\n' ? '\n' : '—' });
  }
  return tokens;
}

/** The words and numbers of a text, normalised, without punctuation. */
export function words(text: string): readonly string[] {
  return tokenise(text)
    .filter((token) => token.kind !== 'mark')
    .map((token) => token.text);
}

/** The clauses of a text, none of them without words. */
export function splitClauses(text: string): readonly Clause[] {
  return clausesOf(tokenise(text));
}

/** The same with Latin capitals left as they are. */
export function splitSpelt(text: string): readonly Clause[] {
  return clausesOf(tokeniseSpelt(text));
}

function clausesOf(tokens: readonly Token[]): readonly Clause[] {
  const clauses: Clause[] = [];
  let open: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'mark') open.push(token.text);
    else if (CLAUSE_MARKS.has(token.text)) {
      const last = clauses.at(-1);
      if (open.length > 0) clauses.push({ words: open, end: token.text });
      else if (last !== undefined) clauses[clauses.length - 1] = { words: last.words, end: last.end + token.text };
      open = [];
    }
  }
  if (open.length > 0) clauses.push({ words: open, end: '' });
  return clauses;
}

const QUESTION_MARK = /[?؟？]/u;

/** Whether a question mark closes the clause. */
export function isMarkedQuestion(clause: Clause): boolean {
  return QUESTION_MARK.test(clause.end);
}
