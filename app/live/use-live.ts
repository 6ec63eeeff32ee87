import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';
import { type LiveChange, type LiveState, type Watch, watchChanges } from './changes.ts';
import { rememberRead, takeReadFailure } from './last-read.ts';

/** Ms between the beginnings of two readings, at least. */
const READ_GAP_MS = 500;
/** Ms in which changes that come together become one reading. */
const GATHER_MS = 50;
/** Ms after which a page with something under way is read even though nothing was heard: a notice can get lost. */
const UNHEARD_MS = 30_000;

/** Ms a connection may take to come back before anybody is told. */
const PATIENCE_MS = 2000;

/** What a page wants to know. */
export interface LivePage {
  /** What the page shows, as its loader gave it. */
  readonly data: unknown;
  /** Whether something on the page is still under way. */
  readonly active: boolean;
  /** Whether the page must be read again after this change. */
  readonly concerns: (change: LiveChange) => boolean;
}

/**
 * Keeps a page as fresh as the event stream allows: reads its loader again after what concerns it, twice a second at
 * most, never while the tab is hidden. Returns how fresh it is; trouble that passes within two seconds is not mentioned.
 */
export function useLive({ data, active, concerns }: LivePage): LiveState {
  const { revalidate, state: reading } = useRevalidator();
  const [state, setState] = useState<LiveState>('connecting');
  const page = useRef({ concerns, revalidate, reading });
  page.current = { concerns, revalidate, reading };
  const watch = useRef<Watch | null>(null);
  const reader = useRef<Reader | null>(null);

  useEffect(() => {
    const own = createReader(
      () => page.current.reading === 'idle',
      () => page.current.revalidate(),
    );
    reader.current = own;
    let trouble: ReturnType<typeof setTimeout> | undefined;
    watch.current = watchChanges({
      onChange: (change) => {
        if (page.current.concerns(change)) own.want();
      },
      onMissed: own.want,
      onState: (next) => {
        clearTimeout(trouble);
        const isFine = next === 'live' || next === 'connecting';
        if (isFine) setState(next);
        else trouble = setTimeout(() => setState(next), PATIENCE_MS);
      },
    });
    return () => {
      watch.current?.stop();
      own.stop();
      clearTimeout(trouble);
    };
  }, []);

  useEffect(() => rememberRead(location.href, data), [data]);

  useEffect(() => {
    if (reading !== 'idle') return;
    if (takeReadFailure()) watch.current?.connectionLost();
    reader.current?.next();
  }, [reading]);

  useEffect(() => {
    if (!active || state !== 'live') return;
    const timer = setInterval(() => reader.current?.want(), UNHEARD_MS);
    return () => clearInterval(timer);
  }, [active, state]);

  return state;
}

interface Reader {
  /** Read soon. */
  readonly want: () => void;
  /** A reading ended: begin the next one if it is wanted. */
  readonly next: () => void;
  readonly stop: () => void;
}

/** One reading after the other, not too close; what was wanted during one is read after it. */
function createReader(isIdle: () => boolean, read: () => void): Reader {
  let wanted = false;
  let beganAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = (): void => {
    timer = undefined;
    if (!wanted || !isIdle() || document.visibilityState === 'hidden') return;
    wanted = false;
    beganAt = performance.now();
    read();
  };
  const next = (): void => {
    if (!wanted || timer !== undefined) return;
    timer = setTimeout(begin, Math.max(GATHER_MS, beganAt + READ_GAP_MS - performance.now()));
  };
  return {
    want() {
      wanted = true;
      next();
    },
    next,
    stop: () => clearTimeout(timer),
  };
}
