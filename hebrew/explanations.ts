import { answers } from './answer-phrases.ts';
import { isNumberWord } from './numbers.ts';
import { asksForName } from './questions.ts';
import { EXPLAINING_WORDS, OTHERWISE_WORDS, REASON_WORDS, RESIDENCE_WORDS } from './words/frames.ts';
import { GIVEN_NAMES } from './words/names.ts';

const EXPLAINING = new Set(EXPLAINING_WORDS);
const REASONS = new Set(REASON_WORDS);
const OTHERWISE = new Set(OTHERWISE_WORDS);
const RESIDENCE = new Set(RESIDENCE_WORDS);

/**
 * Whether the words from `index` on tell a reason: «כי…», «יש לי…», «אני עובדת…», «בחמישי אני עובד»; a number or
 * «אחר» in them gives a value, and so does a name behind «אני».
 */
export function explainsFrom(heard: readonly string[], index: number, asked: string): boolean {
  const word = heard[index] ?? '';
  const behind = heard.slice(index + 1);
  if (behind.length === 0) return false;
  if (REASONS.has(word)) return true;
  if (behind.some((other) => OTHERWISE.has(other) || isNumberWord(other) || /^[0-9]/u.test(other))) return false;
  const own = heard.indexOf('אני', index);
  if (own >= 0 && own <= index + 1) return tellsOfOneself(heard, own, asked);
  return answers.at(heard, index) === null && EXPLAINING.has(word);
}

/** «אני עובדת» · «אני לא בארץ»; «אני דנה», «אני גר ב…» and «אני מעדיפה» give a value. */
function tellsOfOneself(heard: readonly string[], own: number, asked: string): boolean {
  const from = heard[own + 1] === 'לא' ? own + 2 : own + 1;
  const next = heard[from];
  if (next === undefined || (answers.at(heard, own)?.length ?? 0) > 1) return false;
  // «אני לא יודע» is a phrase of its own.
  if ((answers.at(heard, own + 1)?.length ?? 0) > 1) return false;
  const givesValue = GIVEN_NAMES.has(next) || RESIDENCE.has(next) || asksForName(asked);
  return !givesValue && answers.at(heard, from) === null;
}
