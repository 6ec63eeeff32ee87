import { ENGINE_LINES } from '../lines.ts';
import { anyLineFor, playLine } from './lines.ts';
import { isIdle } from './playout.ts';
import { type Draft, change } from './state.ts';
import { FILLER_TIMER } from './timers.ts';

/** A tool that takes its time: the caller is told that somebody is at it. */

/** From the call of a tool to the first filler: a shorter silence is that of anybody who looks something up. */
const FIRST_FILLER_MS = 1000;
/** From one filler to the next. */
const NEXT_FILLER_MS = 5000;

/** A tool was called. */
export function coverTool(draft: Draft): void {
  if (draft.state.openTools.length > 1) return;
  draft.effects.push({ type: 'set_timer', id: FILLER_TIMER, dueAt: draft.at + FIRST_FILLER_MS });
}

/** No tool is running any more. */
export function uncoverTool(draft: Draft): void {
  if (draft.state.openTools.length === 0) draft.effects.push({ type: 'clear_timer', id: FILLER_TIMER });
}

export function onFillerTimer(draft: Draft): void {
  const { state } = draft;
  if (state.openTools.length === 0 || state.hangup !== null || state.phase === 'ended' || state.streamOver) return;
  // Nobody is talked over: neither the caller nor what the agent said before it called the tool.
  const isSilent = isIdle(state.playout) && !state.callerSpeaking && state.interruption === null;
  if (!isSilent) {
    draft.effects.push({ type: 'set_timer', id: FILLER_TIMER, dueAt: draft.at + FIRST_FILLER_MS });
    return;
  }
  const texts = ENGINE_LINES.working;
  const line = anyLineFor(draft, texts[state.spokenFillers % texts.length] ?? texts[0]);
  if (line === null) return;
  change(draft, { spokenFillers: state.spokenFillers + 1 });
  playLine(draft, line);
  draft.effects.push({ type: 'set_timer', id: FILLER_TIMER, dueAt: draft.at + NEXT_FILLER_MS });
}
