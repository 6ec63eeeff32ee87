/** The browser's end of the event stream: one connection while the page is in view, opened again until it stands. */

/**
 * How fresh the page is. connecting: the stream is being opened for the first time. live: changes arrive as they happen.
 * delayed: the server is there but cannot say what changes, so the page is read every few seconds. lost: nothing is known.
 */
export type LiveState = 'connecting' | 'live' | 'delayed' | 'lost';

/** Something of the business changed. */
export interface LiveChange {
  readonly kind: string;
  readonly callId?: string;
}

/** Who watches. */
export interface Watcher {
  readonly onChange: (change: LiveChange) => void;
  /** Anything may have changed: read again. */
  readonly onMissed: () => void;
  readonly onState: (state: LiveState) => void;
}

/** A running watch. */
export interface Watch {
  /** A reading failed for want of a connection: the stream is held for lost too, whatever it looks like. */
  connectionLost(): void;
  stop(): void;
}

const STREAM = '/api/events';
/** Ms before each attempt to come back; the last one repeats. */
const RETRY_MS = [500, 1000, 2000, 5000] as const;
const JITTER_MS = 500;
/** Ms between two readings while the server cannot say what changes. */
const POLL_MS = 5_000;
/** Ms without any sign of life, of which there is one every 15 s, after which the connection is dead. */
const SILENCE_MS = 40_000;

const isHidden = (): boolean => document.visibilityState === 'hidden';

/** Watches until stopped. Nothing is held open while the tab is hidden; on return everything is read again. */
export function watchChanges({ onChange, onMissed, onState }: Watcher): Watch {
  let source: EventSource | null = null;
  let state: LiveState = 'connecting';
  let attempts = 0;
  /** Streams that broke in a row although the server answered in between. */
  let broken = 0;
  let heardAt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const enter = (next: LiveState): void => {
    if (next === state) return;
    state = next;
    onState(next);
  };
  const release = (): void => {
    clearTimeout(retry);
    source?.close();
    source = null;
  };

  const open = (): void => {
    if (source !== null || stopped || isHidden()) return;
    const opened = new EventSource(STREAM);
    source = opened;
    heardAt = performance.now();
    const on = (name: string, handle: (data: Record<string, unknown>) => void): void =>
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        heardAt = performance.now();
        handle(JSON.parse(event.data) as Record<string, unknown>);
      });
    on('ready', ({ listening }) => {
      attempts = broken = 0;
      enter(listening === true ? 'live' : 'delayed');
      // Whatever happened between the page's last reading and this moment was heard by nobody.
      onMissed();
    });
    on('state', ({ listening }) => enter(listening === true ? 'live' : 'delayed'));
    on('gap', () => {
      enter('live');
      onMissed();
    });
    on('change', ({ kind, callId }) => {
      if (typeof kind === 'string') onChange({ kind, ...(typeof callId === 'string' ? { callId } : {}) });
    });
    on('beat', () => {});
    on('end', drop);
    opened.addEventListener('error', drop);
  };

  const drop = (): void => {
    release();
    if (stopped || isHidden()) return;
    broken++;
    if (state !== 'delayed') enter('lost');
    comeBackLater();
  };
  const comeBackLater = (): void => {
    clearTimeout(retry);
    const delayMs = RETRY_MS[Math.min(attempts++, RETRY_MS.length - 1)] ?? POLL_MS;
    retry = setTimeout(() => void comeBack(), delayMs + Math.random() * JITTER_MS);
  };

  /** Asks whether the server is there before anything is read: a reading without a network only breaks the page. */
  const comeBack = async (): Promise<void> => {
    if (source !== null || stopped || isHidden()) return;
    const status = await fetch(STREAM, { method: 'HEAD', cache: 'no-store' }).then(
      (answer) => answer.status,
      () => 0,
    );
    // The page may have gone, or been hidden, meanwhile.
    if (source !== null || stopped || isHidden()) return;
    if (status === 204) {
      // Again and again: one stream too many, or a proxy that lets none through.
      if (broken > 2) {
        enter('delayed');
        onMissed();
      }
      return open();
    }
    broken = 0;
    // Signed out, or no longer allowed: the page finds out by reading.
    if (status === 401 || status === 403) onMissed();
    enter('lost');
    comeBackLater();
  };

  const onVisibility = (): void => {
    if (isHidden()) release();
    else open();
  };
  const onOnline = (): void => {
    clearTimeout(retry);
    void comeBack();
  };
  const poll = setInterval(() => {
    if (source === null) return;
    if (performance.now() - heardAt > SILENCE_MS) drop();
    else if (state === 'delayed') onMissed();
  }, POLL_MS);
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('online', onOnline);
  addEventListener('offline', drop);
  open();

  return {
    connectionLost() {
      if (source !== null) drop();
    },
    stop() {
      stopped = true;
      release();
      clearInterval(poll);
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('online', onOnline);
      removeEventListener('offline', drop);
    },
  };
}
