import { useEffect, useRef, useState } from 'react';
import type { TurnRecord } from '../../domain/calls/index.ts';

const SPEAKER = { agent: 'סוכן', caller: 'לקוח' } as const;

/**
 * Tells a screen reader, politely, what was said since the page was opened: each turn once, when its words are known.
 * The transcript itself is no live region, since it would be read out again with every correction.
 */
export function TurnAnnouncer({ turns }: { turns: readonly TurnRecord[] }) {
  const known = useRef<Set<string> | null>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    const spoken = turns.filter((turn) => turn.text.trim() !== '');
    const first = known.current === null;
    const before = (known.current ??= new Set());
    const news = spoken.filter((turn) => !before.has(turn.itemId));
    for (const turn of spoken) before.add(turn.itemId);
    if (!first && news.length > 0) setText(news.map((turn) => `${SPEAKER[turn.speaker]}: ${turn.text}`).join('\n'));
  }, [turns]);
  return (
    <p aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
