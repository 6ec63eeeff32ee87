import { useCallback, useEffect, useRef, useState } from 'react';
import type { LiveChange } from './changes.ts';

/** Ms for the words to arrive once the agent is quiet; nothing was heard of a turn that has none by then. */
const WORDS_MS = 1500;

/**
 * Whether the agent is speaking right now. Its words are written down when it has been heard; until the page has them
 * (`agentTurns` grows) this stays true. Pass every change of the call to `hear`.
 */
export function useAgentSpeaking(agentTurns: number): { speaking: boolean; hear: (change: LiveChange) => void } {
  const [before, setBefore] = useState<number | null>(null);
  const turns = useRef(agentTurns);
  turns.current = agentTurns;
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const hear = useCallback(({ kind }: LiveChange) => {
    if (kind === 'agent_speaking') {
      clearTimeout(timer.current);
      setBefore(turns.current);
    } else if (kind === 'agent_quiet') {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setBefore(null), WORDS_MS);
    }
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  return { speaking: before !== null && agentTurns <= before, hear };
}
