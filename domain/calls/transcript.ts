import { mergeFragments } from './fragments.ts';
import type { TurnRecord } from './types.ts';

const SPEAKER_LABEL = { agent: 'סוכן', caller: 'לקוח' } as const;

/**
 * The transcript of a call: one line a turn (`סוכן: …` / `לקוח: …`) in the order of the conversation, whatever
 * the order in which the turns were written. A turn without words (noise, a lost transcription) has no line;
 * what the caller said in one breath is one line; line breaks inside a turn become blanks.
 */
export function buildTranscript(
  turns: readonly Pick<TurnRecord, 'position' | 'speaker' | 'text' | 'startedMs' | 'endedMs'>[],
): string {
  const spoken = [...turns]
    .sort((a, b) => a.position - b.position || a.startedMs - b.startedMs)
    .map((turn) => ({ ...turn, text: turn.text.replace(/\s+/g, ' ').trim() }))
    .filter((turn) => turn.text !== '');
  return mergeFragments(spoken)
    .map((turn) => `${SPEAKER_LABEL[turn.speaker]}: ${turn.text}`)
    .join('\n');
}
