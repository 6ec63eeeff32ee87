import { isLoop } from './loops.ts';
import { lexicon } from './phrases.ts';
import { type Clause, splitClauses } from './tokenise.ts';
import { ALWAYS, CREDITS, CREDIT_LINES, UNPROVEN } from './words/ghosts.ts';

/**
 * Speech of which the audio itself proves less than this, ms, does not bear words that recognition makes up out of
 * silence. «תודה» and «להתראות», which also hang up, are such words. Shortest real «תודה» on a telephone: about 350 ms.
 */
export const GHOST_PROVEN_SPEECH_MS = 300;

const always = lexicon({ ghost: ALWAYS });
const creditLines = lexicon({ ghost: CREDIT_LINES });
const unproven = lexicon({ ghost: UNPROVEN });
const credits = new Set(CREDITS);

/**
 * Nothing rests on a transcript of which our own audio proves less speech than this, ms: a «כן» spoken quickly voices
 * about 120 ms.
 */
export const MIN_PROVEN_SPEECH_MS = 120;

/** Behind the end of a sentence. */
const SENTENCES = /(?<=[.!?…\n])\s+/u;
const HEBREW_OR_DIGIT = /[\u05d0-\u05ea0-9]/u;

/**
 * Whether a transcription is made up as a whole. `provenSpeechMs`: how much speech our own audio proves, ms.
 * Accepts any string; nothing but marks counts as made up where nothing is proven.
 */
export function isGhost(text: string, provenSpeechMs: number): boolean {
  return withoutGhosts(text, provenSpeechMs) === '';
}

/**
 * A transcription without its made-up sentences, else as it was, trimmed; `''` when nothing was said. A sentence of
 * subtitles makes its doubtful neighbours doubtful whatever was proven: «תודה רבה. תודה שצפיתם.»
 */
export function withoutGhosts(text: string, provenSpeechMs: number): string {
  if (isGibberish(text)) return '';
  const sentences = text.trim().split(SENTENCES);
  const said = sentences.filter((sentence) => !splitClauses(sentence).some(isSubtitle));
  const isProven = provenSpeechMs >= GHOST_PROVEN_SPEECH_MS && said.length === sentences.length;
  if (!isProven && said.every(needsProof)) return '';
  return said.length === sentences.length ? text.trim() : said.join(' ');
}

/** The scripts of the languages that are spoken on Israeli telephones. */
const KNOWN_SCRIPT = /[\p{Script=Hebrew}\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Ethiopic}\p{N}]/u;
const LETTER = /\p{L}/u;
/** «[מוזיקה]», «(צחוק)», «*applause*»: sounds named by recognition. */
const SOUND_TAG = /^(?:\s*(?:\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪[^♪]*♪?))+[\s.]*$/u;

/** What no caller says, however long it sounds: names of sounds, writing of other continents, one thing in a loop. */
function isGibberish(text: string): boolean {
  if (LETTER.test(text) && !KNOWN_SCRIPT.test(text)) return true;
  return (LETTER.test(text) && SOUND_TAG.test(text)) || isLoop(text);
}

function isSubtitle(clause: Clause): boolean {
  return creditLines.at(clause.words, 0) !== null || always.cover(clause.words) !== null;
}

function needsProof(sentence: string): boolean {
  if (!HEBREW_OR_DIGIT.test(sentence)) return true;
  const clauses = splitClauses(sentence);
  const first = clauses[0];
  if (first !== undefined && first.end.startsWith(':') && credits.has(first.words.join(' '))) return true;
  return clauses.every((clause) => unproven.cover(clause.words) !== null);
}
