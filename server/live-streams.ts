import type { ServerResponse } from 'node:http';
import type { Change, Events } from '../platform/events.ts';
import { type Log, logEvent } from '../platform/log.ts';

/** Who watches: a session, or a business's token, in one business. */
export interface Viewer {
  /** The same for all streams of one session; not the session's secret. */
  readonly key: string;
  readonly businessId: string;
  /** Whether the session still stands, in this business and with leave to read calls. Rejects when nobody can tell. */
  mayStay(): Promise<boolean>;
}

/** Options of {@link liveStreams}. */
export interface LiveStreamsOptions {
  readonly events: Events;
  readonly log: Log;
  /** Ms between two signs of life. Default 15 s, below the idle limit of every common proxy. */
  readonly heartbeatMs?: number;
  /** Streams one session may have open. Default 10: a stream belongs to a tab in view. */
  readonly maxPerViewer?: number;
}

/** The open event streams of this process. */
export interface LiveStreams {
  /** Turns an answer into an event stream. False, and nothing is written, when the viewer has too many or all is closing. */
  open(viewer: Viewer, response: ServerResponse): boolean;
  readonly size: number;
  /** Ends every stream; browsers come back to whoever serves then. */
  close(): void;
}

/** Changes of which who may read calls hears: what the list of calls and a call's page show. */
const SHOWN: ReadonlySet<string> = new Set([
  'call_opened',
  'call_turns',
  'call_ended',
  'call_settled',
  'call',
  'delivery',
  'lead',
  'agent_speaking',
  'agent_quiet',
]);

const HEARTBEAT_MS = 15_000;
const LISTENING_CHECK_MS = 1_000;
/** Ms between two looks at the sessions: while changes arrive an end of a session is heard of, otherwise it is not. */
const SESSION_CHECK_MS = { listening: 15_000, deaf: 5_000 } as const;
const MAX_PER_VIEWER = 10;
/** Bytes a viewer may be behind; past them the stream is cut, and the browser comes back and reads everything again. */
const MAX_BACKLOG = 64 * 1024;

interface Stream {
  readonly viewer: Viewer;
  send(event: string, data: object): void;
  end(reason?: string): void;
}

/**
 * Passes changes on to browsers as server-sent events. A stream says that something changed, never what it is now: the
 * page reads that for itself, also after `ready` and `gap`, so that whatever was missed does not matter. Nothing here
 * waits for a viewer or asks the database about an event.
 */
export function liveStreams(options: LiveStreamsOptions): LiveStreams {
  const { events, log, heartbeatMs = HEARTBEAT_MS, maxPerViewer = MAX_PER_VIEWER } = options;
  const streams = new Set<Stream>();
  // Ids tell streams of one process apart from those of another; a browser needs nothing else of them.
  const epoch = Date.now().toString(36);
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let wasListening = true;
  let beatAt = 0;
  let checkedAt = 0;

  const sendAll = (event: string, data: object): void => {
    for (const stream of [...streams]) stream.send(event, data);
  };

  const tick = (): void => {
    const now = performance.now();
    const listening = events.isListening();
    if (listening !== wasListening) {
      wasListening = listening;
      sendAll('state', { listening });
    }
    if (now - beatAt >= heartbeatMs) {
      beatAt = now;
      sendAll('beat', {});
    }
    if (now - checkedAt >= (listening ? SESSION_CHECK_MS.listening : SESSION_CHECK_MS.deaf)) {
      checkedAt = now;
      void checkSessions([...streams]);
    }
  };

  /** Ends the streams whose session is over; one question for each session, however many streams it has. */
  const checkSessions = async (among: readonly Stream[]): Promise<void> => {
    const answers = new Map<string, Promise<boolean>>();
    let failure: unknown;
    await Promise.all(
      among.map(async (stream) => {
        const { key, businessId } = stream.viewer;
        const same = `${key} ${businessId}`;
        const answer = answers.get(same) ?? stream.viewer.mayStay();
        answers.set(same, answer);
        try {
          if (!(await answer)) stream.end('session_over');
        } catch (err) {
          // Without a database the pages answer nobody either; the next look decides.
          failure = err;
        }
      }),
    );
    if (failure !== undefined) logEvent(log, 'live_session_check_failed', { err: failure }, 'warn');
  };

  const hear = (stream: Stream, change: Change): void => {
    if (change.kind === 'session') void checkSessions([stream]);
    if (!SHOWN.has(change.kind)) return;
    const { kind, callId } = change;
    stream.send('change', { kind, ...(callId === undefined ? {} : { callId }) });
  };

  const open = (viewer: Viewer, response: ServerResponse): boolean => {
    const own = [...streams].filter((stream) => stream.viewer.key === viewer.key);
    if (closed || own.length >= maxPerViewer) return false;

    let unsubscribe = (): void => {};
    const leave = (): void => {
      if (!streams.delete(stream)) return;
      unsubscribe();
      if (streams.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
    const stream: Stream = {
      viewer,
      send(event, data) {
        if (response.writableEnded || response.destroyed) return leave();
        response.write(`id: ${epoch}-${++sent}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        if (response.writableLength <= MAX_BACKLOG) return;
        logEvent(log, 'live_viewer_too_slow', { businessId: viewer.businessId }, 'warn');
        leave();
        response.destroy();
      },
      end(reason) {
        if (reason !== undefined) stream.send('end', { reason });
        leave();
        response.end();
      },
    };

    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    response.once('close', leave);
    response.once('error', leave);

    const listening = events.isListening();
    if (streams.size === 0) {
      wasListening = listening;
      beatAt = checkedAt = performance.now();
      timer = setInterval(tick, Math.min(LISTENING_CHECK_MS, heartbeatMs));
      timer.unref();
    }
    streams.add(stream);
    // Subscribed before `ready` is sent: what changes after the page's next reading is heard.
    unsubscribe = events.subscribe(viewer.businessId, {
      onChange: (change) => hear(stream, change),
      onGap: () => {
        stream.send('gap', { listening: true });
        void checkSessions([stream]);
      },
    });
    // A browser's own return is spread out, so that a restart is not answered by all of them at once.
    response.write(`retry: ${1000 + Math.round(Math.random() * 2000)}\n`);
    stream.send('ready', { listening });
    return true;
  };

  return {
    open,
    get size() {
      return streams.size;
    },
    close() {
      closed = true;
      for (const stream of [...streams]) stream.end();
    },
  };
}
