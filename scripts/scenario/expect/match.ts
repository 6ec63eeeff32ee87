import type { CallEvent } from '../timeline.ts';
import type { Outcome } from '../outcome.ts';
import type { EventWord, TurnWord } from './schema.ts';

/** A text equals a word of a scenario, or matches it where it stands between slashes. */
export function matches(text: string, word: string): boolean {
  const expression = /^\/(.*)\/$/su.exec(word)?.[1];
  return expression === undefined ? text === word : new RegExp(expression, 'u').test(text);
}

/** The events that a word names, in order; with `nth` one at most. */
export function eventsOf(events: readonly CallEvent[], word: EventWord): readonly CallEvent[] {
  const all = events.filter(
    (event) => event.kind === word.what && (word.matching === undefined || matches(event.text, word.matching)),
  );
  if (word.nth === undefined) return all;
  const one = word.nth > 0 ? all[word.nth - 1] : all.at(word.nth);
  return one === undefined ? [] : [one];
}

export function wordOf(word: EventWord): string {
  const matching = word.matching === undefined ? '' : ` matching ${word.matching}`;
  return `${word.what}${matching}${word.nth === undefined ? '' : ` no. ${word.nth}`}`;
}

type OutcomeTurn = Outcome['turns'][number];

export function fits(turn: OutcomeTurn, word: TurnWord): boolean {
  if ('caller' in word) return turn.speaker === 'caller' && matches(turn.text, word.caller);
  return (
    turn.speaker === 'agent' &&
    matches(turn.text, word.agent) &&
    (word.interrupted === undefined || word.interrupted === turn.interrupted)
  );
}

export function turnLine(turn: OutcomeTurn): string {
  return `${turn.speaker}: ${turn.text}${turn.interrupted ? ' —' : ''}`;
}

export function turnWord(word: TurnWord): string {
  if ('caller' in word) return `caller: ${word.caller}`;
  const cut = word.interrupted === undefined ? '' : word.interrupted ? ' —' : ' (to its end)';
  return `agent: ${word.agent}${cut}`;
}
