import { useSyncExternalStore } from 'react';

/**
 * A lost connection while somebody works: what was asked of the server waits instead of becoming an error page over
 * what they typed. Installed once, before the pages come to life.
 */

/** What waits for the connection. */
export interface LostConnection {
  /** Tries again what waits. */
  readonly retry: () => void;
  /**
   * Tried again as soon as the browser is back online. Not so what changes something and was on its way when the line
   * broke: it may have arrived, and only its sender can want it twice.
   */
  readonly byItself: boolean;
  /** Lets what waits be; the page stays as it is. */
  readonly giveUp: () => void;
}

let lost: LostConnection | null = null;
let reference: string | null = null;
const listeners = new Set<() => void>();
/** Requests that wait and may be repeated unasked, whether or not the notice was put away. */
const waiting = new Set<() => void>();

function tell(next: LostConnection | null): void {
  lost = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** What waits for the connection, or null while all is well. */
export function useConnection(): LostConnection | null {
  return useSyncExternalStore(
    subscribe,
    () => lost,
    () => null,
  );
}

/** The reference of the last answer that was an error, as the log has it. */
export const lastReference = (): string | null => reference;

/** What the pages look at by themselves, now and then: no notice, only another try. Ms between two. */
const BACKGROUND = new Set(['/alerts.data']);
const BACKGROUND_RETRY_MS = 5_000;

/** Guards the page's own requests for data, and its links and forms while the browser knows that it is offline. */
export function installConnectionGuard(): void {
  const fetchOnce = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.origin !== location.origin || !url.pathname.endsWith('.data')) return fetchOnce(input, init);
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    // A page that reads itself again has its own way to say that it is not fresh.
    if (method === 'GET' && isReadAgain(url)) return fetchOnce(input, init);
    for (;;) {
      // Made while offline it never left; what only reads may be read twice.
      const isHarmless = method === 'GET' || !navigator.onLine;
      try {
        const request = input instanceof Request ? input.clone() : input;
        const response = await fetchOnce(request, init);
        if (lost !== null) tell(null);
        reference = response.status >= 500 ? response.headers.get('X-Reference') : null;
        return response;
      } catch (error) {
        const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
        if (signal?.aborted || !(error instanceof TypeError)) throw error;
        const kind = BACKGROUND.has(url.pathname) ? 'background' : isHarmless ? 'harmless' : 'once';
        await waitForRetry(kind, signal, error);
      }
    }
  };
  for (const kind of ['click', 'submit'] as const) document.addEventListener(kind, holdWhileOffline, true);
  window.addEventListener('online', () => {
    if (lost?.byItself === true) lost.retry();
    for (const resume of [...waiting]) resume();
  });
}

/** Whether this is the page that is shown, and no other view of it. */
function isReadAgain(url: URL): boolean {
  const asked = new URLSearchParams(url.search);
  asked.delete('_routes');
  const shown = new URLSearchParams(location.search);
  return url.pathname === `${location.pathname}.data` && asked.toString() === shown.toString();
}

/**
 * Resolves when it is time to try again; rejects when what waited is not wanted any more. `once`: only because the
 * reader asks.
 */
function waitForRetry(
  kind: 'background' | 'harmless' | 'once',
  signal: AbortSignal | null,
  error: TypeError,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const resume = () => {
      waiting.delete(resume);
      tell(null);
      resolve();
    };
    signal?.addEventListener('abort', () => {
      if (kind !== 'background') tell(null);
      waiting.delete(resume);
      reject(signal.reason instanceof Error ? signal.reason : error);
    });
    if (kind === 'background') {
      setTimeout(resolve, BACKGROUND_RETRY_MS);
      return;
    }
    const byItself = kind === 'harmless';
    if (byItself) waiting.add(resume);
    // Put away, it still waits: an answer of any kind would replace the page. The next navigation aborts it.
    tell({ retry: resume, byItself, giveUp: () => tell(null) });
  });
}

/** A link or a form that needs the server is not begun without one; once there is a connection it is begun again. */
function holdWhileOffline(event: Event): void {
  if (navigator.onLine || !(event.target instanceof Element)) return;
  const begin = restart(event);
  if (begin === null) return;
  event.preventDefault();
  event.stopPropagation();
  tell({
    retry: () => {
      if (!navigator.onLine) return;
      tell(null);
      begin();
    },
    byItself: true,
    giveUp: () => tell(null),
  });
}

function restart(event: Event): (() => void) | null {
  if (event instanceof SubmitEvent && event.target instanceof HTMLFormElement) {
    const { target: form, submitter } = event;
    return () => form.requestSubmit(submitter);
  }
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (event.type !== 'click' || !(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return null;
  const stays = link.pathname === location.pathname && link.hash !== '';
  return stays || link.target === '_blank' ? null : () => link.click();
}
