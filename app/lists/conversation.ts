import type { SideEvent, TurnRecord } from '../../domain/calls/index.ts';

/** What happened beside the words, as a line between two turns. */
export type BesideLine =
  | { readonly kind: 'keys'; readonly atMs: number; readonly keys: string }
  | { readonly kind: 'tool'; readonly atMs: number; readonly name: string; readonly failed: boolean };

/** A part of a conversation as it is shown. */
export type ConversationPart<Turn> =
  { readonly kind: 'turn'; readonly turn: Turn } | { readonly kind: 'beside'; readonly line: BesideLine };

/**
 * Turns, in the order of the conversation, with what happened beside them: each behind the last turn that had begun by
 * then. Keys pressed one after the other, with no turn between, are one line.
 */
export function conversationParts<Turn extends Pick<TurnRecord, 'startedMs'>>(
  turns: readonly Turn[],
  events: readonly SideEvent[],
): readonly ConversationPart<Turn>[] {
  const parts: ConversationPart<Turn>[] = [];
  const waiting = [...events].sort((one, other) => one.atMs - other.atMs);
  const passUntil = (ms: number) => {
    while (waiting[0] !== undefined && waiting[0].atMs < ms) add(parts, waiting.shift() as SideEvent);
  };
  for (const turn of turns) {
    passUntil(turn.startedMs);
    parts.push({ kind: 'turn', turn });
  }
  passUntil(Infinity);
  return parts;
}

function add(parts: ConversationPart<unknown>[], event: SideEvent): void {
  if (event.kind === 'tool') return void parts.push({ kind: 'beside', line: event });
  const last = parts.at(-1);
  if (last?.kind === 'beside' && last.line.kind === 'keys') {
    parts[parts.length - 1] = { kind: 'beside', line: { ...last.line, keys: last.line.keys + event.digit } };
  } else parts.push({ kind: 'beside', line: { kind: 'keys', atMs: event.atMs, keys: event.digit } });
}
