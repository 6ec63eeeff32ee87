import { asksForNoCalls } from '../../hebrew/goodbye.ts';
import { type Draft, change } from './state.ts';

/**
 * Speech, ms, that the audio must prove for a wish that nobody repeats: whoever asks not to be called again says a
 * sentence, and words that recognition makes up must take nobody's number off anything.
 */
const PROVEN_WISH_MS = 300;

/**
 * The caller's words may ask never to be called again. Heard whether the call goes on or is over: who says so often
 * hangs up with it, and the words come afterwards.
 */
export function noteOptOut(draft: Draft, text: string, provenSpeechMs: number): void {
  if (draft.state.optedOut || provenSpeechMs < PROVEN_WISH_MS || !asksForNoCalls(text)) return;
  change(draft, { optedOut: true });
  draft.effects.push({ type: 'caller_opted_out' });
}
