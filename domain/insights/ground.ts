import { classifyAnswer } from '../../hebrew/confirm.ts';
import { dayOfDate, numbersIn, saysDate, saysNumber } from '../../hebrew/dates.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { words } from '../../hebrew/tokenise.ts';
import type { LeadField } from '../leads/fields.ts';
import { storableText } from '../text/storable.ts';
import { saysEmail, saysPhone, saysText, shareSaid } from './said.ts';
import type { Analysis, FollowUp, GroundedAnalysis, InsightField, NumberedTurn } from './types.ts';

/** Characters kept. */
const LIMITS = { sentence: 400, value: 500, phrase: 120 } as const;
const SUMMARY_SENTENCES = 3;
const MOST_REASONS = 3;
const MOST_FOLLOW_UPS = 10;
/** A promise is told in other words; of these at least so many were said. */
const PROMISE_SHARE = 0.5;
/** Fields that are told rather than copied. */
const TOLD: ReadonlySet<string> = new Set(['topic', 'notes']);

/** What an analysis is held against. */
export interface Evidence {
  readonly turns: readonly NumberedTurn[];
  /** What the call itself captured and had confirmed: it wins. */
  readonly captured: Readonly<Record<string, string>>;
  /** What the settings say of the details that are looked for. */
  readonly fields?: readonly LeadField[];
}

/**
 * Takes out of an analysis what no turn supports: a field whose value the turns it names do not say, a promise that was
 * not made, a sentence or a topic with a number nobody said. What the call itself captured stands in place of what the analysis
 * says of the same field.
 */
export function groundAnalysis(analysis: Analysis, evidence: Evidence): GroundedAnalysis {
  const spoken = evidence.turns.map(({ text }) => text).join('. ');
  const tally = new Tally();
  const prose = (text: string, most: number) => groundedProse(text, spoken, most, tally);
  const found = analysis.fields.flatMap((field) => groundedField(field, evidence, tally));
  return {
    summary: prose(analysis.summary, SUMMARY_SENTENCES),
    nextStep: prose(analysis.next_step, 1),
    topic: groundedPhrase(analysis.topic, spoken, tally),
    sentiment: analysis.sentiment,
    outcome: analysis.outcome,
    score: Math.round(Math.min(100, Math.max(0, Number.isFinite(analysis.score) ? analysis.score : 0))),
    scoreReasons: analysis.score_reasons
      .slice(0, MOST_REASONS)
      .map((reason) => prose(reason, 1))
      .filter((reason) => reason !== ''),
    fields: [...capturedFields(evidence), ...firstOfEach(found)],
    followUps: analysis.follow_ups
      .slice(0, MOST_FOLLOW_UPS)
      .flatMap((promise) => groundedPromise(promise, evidence.turns, tally)),
    dropped: tally.count,
  };
}

class Tally {
  count = 0;
  none(): [] {
    this.count += 1;
    return [];
  }
}

function groundedField(
  field: Analysis['fields'][number],
  { turns, captured, fields = [] }: Evidence,
  tally: Tally,
): InsightField[] {
  const given = clean(field.value, LIMITS.value);
  // Not counted: nothing was given.
  if (given === '' || Object.hasOwn(captured, field.key)) return [];
  const known = fields.find(({ key }) => key === field.key);
  const value = known?.kind === 'choice' ? optionOf(known, given) : given;
  if (value === null) return tally.none();
  const named = turns.filter(({ number }) => field.turns.includes(number));
  const proof = provingTurns(known ?? field.key, value, named, turns);
  if (proof.length === 0) return tally.none();
  return [{ key: field.key, value, turns: proof, source: 'analysis' }];
}

/**
 * Item ids of those of the named turns that together say the value; none when they do not. The caller's own words count,
 * and the agent's where the caller's next words confirm them.
 */
export function provingTurns(
  field: LeadField | string,
  value: string,
  named: readonly NumberedTurn[],
  all: readonly NumberedTurn[],
): string[] {
  const evidence = named.filter((turn) => turn.speaker === 'caller' || isConfirmed(turn, all));
  const alone = evidence.filter((turn) => says(field, value, turn.text));
  if (alone.length > 0) return alone.map(({ itemId }) => itemId);
  // Dictated in pieces, or told in two turns.
  const together = evidence.map(({ text }) => text).join(' ');
  return evidence.length > 1 && says(field, value, together) ? evidence.map(({ itemId }) => itemId) : [];
}

/** `field`: what the settings say of it, or the key of a fixed one. */
function says(field: LeadField | string, value: string, text: string): boolean {
  const kind = typeof field === 'string' ? field : field.kind;
  const key = typeof field === 'string' ? field : field.key;
  switch (kind) {
    case 'phone':
      return saysPhone(text, value);
    case 'email':
      return saysEmail(text, value);
    case 'number':
      return saysNumber(text, Number(value)) || saysText(text, value);
    case 'date': {
      const day = dayOfDate(value);
      return day === null ? saysText(text, value) : saysDate(text, day);
    }
    default:
      return saysText(text, value, { loosely: kind === 'choice' || TOLD.has(key) });
  }
}

/** The option that is meant, spelt as the business does; null when it is none. */
function optionOf({ options }: LeadField, value: string): string | null {
  return options.find((option) => normalise(option) === normalise(value)) ?? null;
}

function isConfirmed(turn: NumberedTurn, all: readonly NumberedTurn[]): boolean {
  const next = all.find(({ number }) => number > turn.number);
  return next?.speaker === 'caller' && classifyAnswer(next.text, { asked: turn.text }) === 'yes';
}

/** What the call captured, with the turns it can be found in. */
function capturedFields({ captured, turns, fields = [] }: Evidence): InsightField[] {
  return Object.entries(captured).map(([key, value]) => ({
    key,
    value,
    turns: turns
      .filter(
        (turn) => turn.speaker === 'caller' && says(fields.find((field) => field.key === key) ?? key, value, turn.text),
      )
      .slice(0, 3)
      .map(({ itemId }) => itemId),
    source: 'call',
  }));
}

function firstOfEach(fields: readonly InsightField[]): InsightField[] {
  return [...new Map([...fields].reverse().map((field) => [field.key, field])).values()].reverse();
}

function groundedPromise(
  promise: Analysis['follow_ups'][number],
  turns: readonly NumberedTurn[],
  tally: Tally,
): FollowUp[] {
  const turn = turns.find(({ number }) => number === promise.turn);
  const what = clean(promise.what, LIMITS.sentence);
  if (turn === undefined || what === '' || shareSaid(turn.text, what) < PROMISE_SHARE) return tally.none();
  const by = promise.by === null ? '' : clean(promise.by, LIMITS.phrase);
  const isSaid = by !== '' && saysText(turn.text, by);
  if (by !== '' && !isSaid) tally.none();
  return [{ what, by: isSaid ? by : null, turn: turn.itemId }];
}

const SENTENCES = /[^.!?\n]+(?:[.!?]+(?=\s|$)|[.!?](?=\S)[^.!?\n]*)*[.!?]*/gu;
/** A number somebody could act upon: an amount, a date, an hour, a telephone number. */
const NUMBERS = /\+?\d[\d\-., :/]*\d|\d/gu;

/** The first `most` sentences of a text in which no number and no address stands that nobody said. */
function groundedProse(text: string, spoken: string, most: number, tally: Tally): string {
  const sentences = [...clean(text, LIMITS.sentence * most).matchAll(SENTENCES)].map(([sentence]) => sentence.trim());
  return sentences
    .filter((sentence) => sentence !== '')
    .slice(0, most)
    .filter((sentence) => isProven(sentence, spoken, tally))
    .join(' ');
}

/** A phrase in which no number and no address stands that nobody said; else ''. */
function groundedPhrase(text: string, spoken: string, tally: Tally): string {
  const phrase = clean(text, LIMITS.phrase);
  return isProven(phrase, spoken, tally) ? phrase : '';
}

function isProven(text: string, spoken: string, tally: Tally): boolean {
  const proven = numbersOf(text).every((number) => isNumberSaid(number, spoken)) && emailsAreSaid(text, spoken);
  if (!proven) tally.none();
  return proven;
}

function numbersOf(sentence: string): readonly string[] {
  return [...sentence.matchAll(NUMBERS)].map(([number]) => number.trim());
}

function isNumberSaid(number: string, spoken: string): boolean {
  const digits = number.replaceAll(/\D/gu, '');
  if (saysText(spoken, number) || saysPhone(spoken, number)) return true;
  return digits.length < 7 && numbersIn(words(spoken)).includes(Number(digits));
}

function emailsAreSaid(sentence: string, spoken: string): boolean {
  return [...sentence.matchAll(/[^\s@<>"']+@[^\s@<>"']+\.[a-z]{2,}/giu)].every(([email]) => saysEmail(spoken, email));
}

function clean(text: string, most: number): string {
  return storableText(text).replaceAll(/\s+/gu, ' ').trim().slice(0, most).trim();
}
