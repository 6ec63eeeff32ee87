import { NavLink } from '@remix-run/react';
import { useEffect, useState } from 'react';
import type { PartState } from '../../domain/health/index.ts';
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
  const [state, setState] = useState<PartState>('unknown');
  const lost = useConnection() !== null;
  useEffect(() => {
    const look = () => {
      readState().then(setState, () => setState('unknown'));
    };
    look();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') look();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { text, dot } = LOOKS[lost ? 'lost' : state];
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

/** Asked for beside the pages' own data: a page that reads itself again would cut it off. */
async function readState(): Promise<PartState> {
  const response = await fetch('/status/now', { headers: { Accept: 'application/json' }, redirect: 'error' });
  const body = (await response.json()) as { readonly state?: unknown };
  return body.state === 'ok' || body.state === 'trouble' ? body.state : 'unknown';
}
