/** One event as a browser's EventSource would dispatch it. */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** An event stream read over plain HTTP. */
export interface EventStream {
  readonly response: Response;
  /** Everything received so far. */
  readonly received: readonly StreamEvent[];
  /** Resolves with the first event, received already or still to come, that `matches`; rejects after 10 s. */
  until(matches: (event: StreamEvent) => boolean): Promise<StreamEvent>;
  /** Resolves when the server has ended the stream; rejects after 10 s. */
  readonly ended: Promise<void>;
  close(): void;
}

const LIMIT_MS = 10_000;

/** Opens `url` with a session's cookie, or a token's header, and reads on behind the test's back. */
export async function openEventStream(url: string, headers: Record<string, string>): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const received: StreamEvent[] = [];
  const waiting = new Set<() => void>();
  const reading = read(response, (event) => {
    received.push(event);
    for (const wake of [...waiting]) wake();
  });
  reading.catch(() => undefined);
  return {
    response,
    received,
    until: (matches) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`no such event among ${JSON.stringify(received)}`));
        }, LIMIT_MS);
        const look = (): void => {
          const found = received.find(matches);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    get ended() {
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('the stream did not end')), LIMIT_MS).unref();
      });
      late.catch(() => undefined);
      return Promise.race([reading, late]);
    },
    close: () => abort.abort(),
  };
}

async function read(response: Response, take: (event: StreamEvent) => void): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    const blocks = (rest + decoder.decode(part.value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) take(parse(block));
  }
}

function parse(block: string): StreamEvent {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/su, 2)));
  const data = JSON.parse(fields['data'] ?? '{}') as Record<string, unknown>;
  return { id: fields['id'] ?? '', event: fields['event'] ?? '', data };
}
