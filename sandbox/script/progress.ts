import { wordsOf } from '../audio/timing.ts';
import type { Script } from './schema.ts';

/** What the script has the model do next. */
export type NextReply =
  | { readonly kind: 'say'; readonly entry: number; readonly text: string }
  | {
      readonly kind: 'tool';
      readonly entry: number;
      readonly name: string;
      readonly arguments: Readonly<Record<string, unknown>>;
    }
  /** The script has nothing here: the caller's next line has not arrived, or the script is over. */
  | { readonly kind: 'none' };

/** Where one connection stands in its copy of the script. */
export interface Progress {
  /** The next reply; tools that are not `offered` are passed over, as a model without them would. */
  next(offered: (tool: string) => boolean): NextReply;
  /** The reply of this entry is under way. */
  consume(entry: number): void;
  /** The reply was cut short: asked again before a later caller line arrived, the model says it again. */
  giveBack(entry: number): void;
  /** Audio of this caller line arrived. */
  hear(line: number): void;
  /** A message put into the conversation as text (a reconnect restores the history so) stands for the entry it repeats. */
  recall(speaker: 'agent' | 'caller', text: string): void;
  /** The agent's opening line, while nothing has been said and nothing heard; else null. */
  opening(): number | null;
}

/** Words alone, so that punctuation and nikud do not tell two sentences apart. */
function bare(text: string): string {
  return wordsOf(text.normalize('NFC').replace(/[\u0591-\u05C7\p{P}\p{S}]/gu, ' ')).join(' ');
}

/** True when both texts say the same words. */
export function sameWords(a: string, b: string): boolean {
  return bare(a) === bare(b);
}

/** Follows one connection through a script. */
export function createProgress(script: Script): Progress {
  const entries = script.conversation;
  /** The last entry the agent took up, and the last caller line heard; −1 for none. */
  let consumed = -1;
  let heard = -1;
  const repeats = (text: string, spoken: string): boolean => bare(text) !== '' && bare(spoken).startsWith(bare(text));

  return {
    next(offered) {
      for (let index = Math.max(consumed, heard) + 1; index < entries.length; index++) {
        const entry = entries[index];
        if (entry?.kind === 'caller') break;
        if (entry?.kind === 'agent') return { kind: 'say', entry: index, text: entry.agent };
        if (entry?.kind === 'tool' && offered(entry.tool))
          return { kind: 'tool', entry: index, name: entry.tool, arguments: entry.arguments };
      }
      return { kind: 'none' };
    },
    consume(entry) {
      consumed = Math.max(consumed, entry);
    },
    giveBack(entry) {
      if (consumed === entry) consumed = entry - 1;
    },
    hear(line) {
      if (entries[line]?.kind === 'caller') heard = Math.max(heard, line);
    },
    recall(speaker, text) {
      const from = Math.max(consumed, heard) + 1;
      const index = entries.findIndex(
        (entry, i) =>
          i >= from &&
          ((speaker === 'agent' && entry.kind === 'agent' && repeats(text, entry.agent)) ||
            (speaker === 'caller' &&
              entry.kind === 'caller' &&
              (repeats(text, entry.caller) || repeats(text, entry.heard_as ?? '')))),
      );
      if (index < 0) return;
      if (speaker === 'agent') consumed = Math.max(consumed, index);
      else heard = Math.max(heard, index);
    },
    opening() {
      const first = entries.findIndex((entry) => entry.kind === 'agent' || entry.kind === 'caller');
      return consumed < 0 && heard < 0 && entries[first]?.kind === 'agent' ? first : null;
    },
  };
}
