import type { TurnRecord } from './types.ts';

/** A caller who goes on within this long, ms, after a turn was taken for ended, is still saying the same. */
const SAME_BREATH_MS = 1000;

type Fragment = Pick<TurnRecord, 'speaker' | 'text' | 'startedMs' | 'endedMs'>;

/**
 * Turns as a person reads them: what a caller said in one breath, and recognition took for two turns, is one. `turns`
 * are in the order of the conversation; turns without words are left as they are and part nothing.
 */
export function mergeFragments<Turn extends Fragment>(turns: readonly Turn[]): readonly Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last === undefined || !isSameBreath(last, turn)) merged.push(turn);
    else merged[merged.length - 1] = { ...last, text: `${last.text} ${turn.text}`, endedMs: turn.endedMs };
  }
  return merged;
}

function isSameBreath(before: Fragment, turn: Fragment): boolean {
  if (before.speaker !== 'caller' || turn.speaker !== 'caller' || before.text === '' || turn.text === '') return false;
  return before.endedMs !== null && turn.startedMs - before.endedMs < SAME_BREATH_MS;
}
