import type { LiveStream, StreamPorts } from './live-stream.ts';
import type {
  CallStatus,
  CalledParty,
  DialRecord,
  EndedBy,
  Recording,
  StreamRecord,
  TwilioBehaviour,
} from './types.ts';
import type { Verb } from './twiml.ts';
import type { WebhookExchange, WebhookRequest } from './webhook.ts';

/** Where the next TwiML comes from. */
export type Source =
  | { readonly kind: 'url'; readonly request: WebhookRequest; readonly twice?: boolean }
  /** Given inline over REST; its relative URLs lead nowhere. */
  | { readonly kind: 'inline'; readonly twiml: string };

/** How a verb ended. */
export type Outcome =
  | { readonly kind: 'next' }
  /** `action`: the document of an action attribute, which Twilio fetches even when the call ends or is redirected. */
  | { readonly kind: 'document'; readonly source: Source; readonly action: boolean }
  | { readonly kind: 'end'; readonly by: EndedBy; readonly status?: CallStatus };

/** What breaks into a running verb: the end of the call, or other TwiML given over REST. */
export type Interruption =
  | { readonly kind: 'end'; readonly by: EndedBy; readonly status: CallStatus }
  | { readonly kind: 'redirect'; readonly source: Source };

/** The call, as the verbs see it. */
export interface Line {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly authToken: string;
  /** Base of the REST server, for recordings. */
  readonly restUrl: string;
  readonly behaviour: TwilioBehaviour;
  readonly streams: StreamRecord[];
  readonly dials: DialRecord[];
  now(): number;
  /** The URL that is really called for one the TwiML names. */
  rewrite(url: string): string;
  note(step: string, detail?: Readonly<Record<string, unknown>>): void;
  fail(code: number, message: string, streamSid?: string): void;
  /** The form fields of every request about this call. */
  form(): Record<string, string>;
  /** Sends a signed request; its failure is noted. */
  request(request: WebhookRequest, idempotencyToken?: string): Promise<WebhookExchange>;
  /** Sends a request nobody waits for, but the call's `settled`. */
  aside(request: WebhookRequest): void;
  /** Marks the call answered, if it was not yet. */
  answer(): void;
  /** Starts listening to the scope of the next document; aborted at once when something has already broken in. */
  newScope(): AbortSignal;
  /** What aborted the scope. */
  takeInterruption(): Interruption | null;
  /** The call's side of a stream. */
  streamPorts(streamSid: string): StreamPorts;
  attach(stream: LiveStream): void;
  detach(stream: LiveStream): void;
  onDigit(listener: (digit: string) => void): () => void;
  /** Hears the caller: one frame each 20 ms, null in silence. */
  onCallerFrame(listener: (frame: Uint8Array | null) => void): () => void;
  keep(recording: Recording): void;
  called(to: string): CalledParty;
}

/** A verb that is carried out. */
export interface VerbRun {
  readonly line: Line;
  readonly verb: Verb;
  /** URL of the document, against which relative URLs are read; null for inline TwiML. */
  readonly base: string | null;
  readonly signal: AbortSignal;
}

/** Resolves after `ms`, or as soon as the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = ms === Infinity ? undefined : setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return pause(Infinity, signal);
}

/** The absolute URL of an attribute, or null (11100 is noted) when it cannot be one. */
export function resolveUrl({ line, base }: Pick<VerbRun, 'line' | 'base'>, url: string): string | null {
  // An absolute URL is kept letter by letter: it is signed as it stands.
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) && URL.canParse(url)) return url;
  if (base !== null && URL.canParse(url, base)) return new URL(url, base).href;
  line.fail(11100, `Invalid URL format: ${url}`);
  return null;
}

/** GET or POST (the default) of an attribute. */
export function methodOf(verb: Verb, name = 'method'): 'GET' | 'POST' {
  return verb.attributes[name]?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}

/** Goes on with the answer of the verb's action; without one, with the next verb, or with the document's own URL. */
export function actionOutcome(
  run: VerbRun,
  extra: Readonly<Record<string, string>>,
  without: 'next' | 'same',
): Outcome {
  const action = run.verb.attributes['action'] ?? (without === 'same' ? run.base : null);
  if (action === null) return { kind: 'next' };
  const url = resolveUrl(run, action);
  if (url === null) return { kind: 'end', by: 'twiml' };
  return {
    kind: 'document',
    action: true,
    source: { kind: 'url', request: { url, method: methodOf(run.verb), params: extra } },
  };
}
