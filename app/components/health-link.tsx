import { NavLink, useFetcher } from '@remix-run/react';
import { useEffect } from 'react';
import type { Health, PartState } from '../../domain/health/index.ts';
import { useConnection } from '../live/connection.ts';

/** Ms between two looks while the page is in view. */
const LOOK_EVERY_MS = 60_000;

const LOOKS: Readonly<Record<PartState | 'lost', { readonly text: string; readonly dot: string }>> = {
  ok: { text: 'הכול תקין', dot: 'bg-rail-mark' },
  trouble: { text: 'יש תקלה', dot: 'bg-rail-alarm' },
  unknown: { text: 'מצב המערכת', dot: 'bg-rail-muted' },
  lost: { text: 'אין חיבור', dot: 'bg-rail-alarm' },
};

/** How the product is doing, in a word that leads to the details. Until somebody has looked it claims nothing. */
export function HealthLink() {
  const { load, data } = useFetcher<{ health: Health }>({ key: 'health' });
  const lost = useConnection() !== null;
  useEffect(() => {
    load('/status');
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') load('/status');
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [load]);
  const { text, dot } = LOOKS[lost ? 'lost' : worst(data?.health)];
  return (
    <NavLink
      to="/status"
      className="mb-1 flex min-h-11 items-center gap-3 rounded-control px-3.5 text-sm text-rail-muted transition-colors hover:bg-rail-raised hover:text-rail-ink aria-[current=page]:bg-rail-raised aria-[current=page]:text-rail-ink"
    >
      <span aria-hidden="true" className={`size-2.5 rounded-full forced-colors:border ${dot}`} />
      {text}
    </NavLink>
  );
}

/** Trouble anywhere is trouble; what nobody knows is not fine. */
function worst(health: Health | undefined): PartState {
  if (health === undefined) return 'unknown';
  const states = Object.values(health.states);
  return states.includes('trouble') ? 'trouble' : states.includes('unknown') ? 'unknown' : 'ok';
}
