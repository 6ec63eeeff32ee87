import { type Found, lexicon } from './phrases.ts';
import * as words from './words/answers.ts';
import * as closings from './words/closings.ts';

/** The phrases that answers are made of: what confirm.ts decides from. */

export const answers = lexicon({
  rhetoricalYes: words.RHETORICAL_YES,
  rhetoricalNo: words.RHETORICAL_NO,
  yes: words.YES,
  allGood: closings.ALL_GOOD,
  agreed: words.AGREED,
  no: words.NO,
  refusal: [...words.REFUSALS, ...closings.DECLINES, ...closings.SETTLED],
  announcing: words.ANNOUNCING,
  please: words.PLEASE,
  changeRequest: words.CHANGE_REQUESTS,
  correction: words.CORRECTIONS,
  instead: words.INSTEAD,
  unsure: words.UNSURE,
  hello: words.HELLOS,
  repeat: words.REPEAT_REQUESTS,
  veto: words.VETOES,
  filler: words.FILLERS,
  apology: words.APOLOGIES,
  goodbye: [...closings.FAREWELLS, ...closings.PARTING_WORDS, ...closings.GREETINGS_OR_PARTINGS],
  thanks: [...closings.THANKS, ...closings.DONE],
});

/** What a phrase of an answer is; see the lists in words/answers.ts. */
export type AnswerKind = Found<
  | 'rhetoricalYes'
  | 'rhetoricalNo'
  | 'yes'
  | 'allGood'
  | 'agreed'
  | 'no'
  | 'refusal'
  | 'announcing'
  | 'please'
  | 'changeRequest'
  | 'correction'
  | 'instead'
  | 'unsure'
  | 'hello'
  | 'repeat'
  | 'veto'
  | 'filler'
  | 'apology'
  | 'goodbye'
  | 'thanks'
>['category'];
