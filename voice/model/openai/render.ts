import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { bytesToMs } from '../../audio/mulaw.ts';
import { closeness } from './closeness.ts';
import { after, openSocket } from './connection.ts';
import { readServerMessage } from './messages.ts';
import { CONNECT_TIMEOUT_MS, type Transport, type TransportListener } from './protocol.ts';

/** Tells a server's log, and the sandbox, that this connection renders speech and carries no call. */
export const RENDER_AGENT = 'ProSaaS-render';

/** From the accepted session to the end of the audio. A text of 500 characters takes a slow model about 15 s. */
const RENDER_TIMEOUT_MS = 30_000;
/** Of the text's letters so many must come back in the transcript; fewer where digits may be read out as words. */
const CLOSE_ENOUGH = 0.9;
const CLOSE_ENOUGH_WITH_DIGITS = 0.7;
/** Hebrew is spoken at 60–90 ms a letter. What is faster was cut short; what is slower says more than was asked. */
const SHORTEST_MS_PER_LETTER = 20;
const LONGEST_MS_PER_LETTER = 300;
/** Pauses around and within even the shortest text. */
const LONGEST_MS_BESIDES = 3000;
const ATTEMPTS = 2;

const READER =
  'You read sentences aloud for a Hebrew telephone service. Say exactly the words you are given, in Hebrew, in a warm and ' +
  'natural voice. Add nothing, leave nothing out, do not answer what the words say.';

/** Why a text could not be rendered. */
export type RenderErrorCode =
  /** No session came about, or the line broke. */
  | 'line_broken'
  /** No session, or no end of the audio, in time. */
  | 'timeout'
  /** The model refused or failed. */
  | 'model_error'
  /** The model said something else, or not all of it. */
  | 'wrong_words';

/** Handshakes refused so: the key is wrong or may not do this. */
const KEY_REFUSED: ReadonlySet<string> = new Set(['http_401', 'http_403']);

/** A failed rendering. `permanent`: no further attempt with this account can help (quota, key). */
export class RenderError extends Error {
  readonly code: RenderErrorCode;
  /** The vendor's or the socket's own code; never a word of the text. */
  readonly reason: string;
  readonly permanent: boolean;

  constructor(code: RenderErrorCode, reason: string, permanent = false) {
    super(`${code}: ${reason}`);
    this.name = 'RenderError';
    this.code = code;
    this.reason = reason;
    this.permanent = permanent;
  }
}

export interface RenderOptions {
  /** Base without query, e.g. `wss://api.openai.com/v1/realtime`. */
  readonly url: string;
  readonly apiKey: string;
  /** Speech models in order of preference: the next is tried when one does not open. At least one. */
  readonly models: readonly string[];
  /** Default {@link CONNECT_TIMEOUT_MS}. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds from the accepted session to the end of the audio. Default 30 000. */
  readonly renderTimeoutMs?: number;
}

/** A text as audio: μ-law 8 kHz. */
export interface RenderedText {
  readonly audio: Uint8Array;
  readonly durationMs: number;
}

/** Renders one text in one voice. */
export type RenderSpeech = (text: string, voice: string, signal?: AbortSignal) => Promise<RenderedText>;

/**
 * Renders texts by the speech model of the calls, one connection a text: the model is told to say exactly these words,
 * and what it says it said is held against them. A failure is tried once more, with the next model of the list when
 * none came about with this one. Rejects with a {@link RenderError}, or with the signal's reason when it is aborted.
 */
export function speechRenderer(options: RenderOptions): RenderSpeech {
  return async (text, voice, signal) => {
    let model = 0;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      try {
        return await renderOnce(options, options.models[model] as string, { text, voice, signal });
      } catch (error) {
        if (!(error instanceof RenderError) || error.permanent) throw error;
        const isNext = error.code === 'line_broken' && model + 1 < options.models.length;
        if (isNext) model++;
        else if (attempt >= ATTEMPTS) throw error;
      }
    }
  };
}

interface Wanted {
  readonly text: string;
  readonly voice: string;
  readonly signal: AbortSignal | undefined;
}

function renderOnce(options: RenderOptions, model: string, wanted: Wanted): Promise<RenderedText> {
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    let over = false;
    let asked = false;
    const audio: Uint8Array[] = [];
    let transcript = '';
    let cancelDeadline = after(connectTimeoutMs, () => fail(new RenderError('timeout', 'connect')));
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      cancelDeadline();
      wanted.signal?.removeEventListener('abort', onAbort);
      transport.close();
      settle();
    };
    const fail = (error: Error) => end(() => reject(error));
    const onAbort = () => fail(wanted.signal?.reason as Error);
    wanted.signal?.addEventListener('abort', onAbort, { once: true });

    const onMessage = (raw: string) => {
      const message = readServerMessage(raw);
      if (message.kind === 'session_created') return send(readerSession(wanted.voice));
      if (message.kind === 'session_updated') {
        // Once: a second confirmation must not have the text said twice.
        if (asked) return;
        asked = true;
        cancelDeadline();
        const limitMs = options.renderTimeoutMs ?? RENDER_TIMEOUT_MS;
        cancelDeadline = after(limitMs, () => fail(new RenderError('timeout', 'audio')));
        return send(sayExactly(wanted.text));
      }
      if (message.kind !== 'event') return;
      const { event } = message;
      switch (event.type) {
        case 'audio':
          audio.push(event.audio);
          return;
        case 'words_done':
          transcript += ` ${event.text}`;
          return;
        case 'error':
          return fail(new RenderError('model_error', event.code, event.permanent));
        case 'response_done': {
          if (event.status !== 'completed') {
            return fail(new RenderError('model_error', event.code ?? event.status, event.permanent));
          }
          const bytes = Buffer.concat(audio);
          const wrong = whatIsWrong(wanted.text, transcript, bytesToMs(bytes.length));
          if (wrong !== null) return fail(new RenderError('wrong_words', wrong));
          return end(() => resolve({ audio: bytes, durationMs: Math.round(bytesToMs(bytes.length)) }));
        }
        default:
          return;
      }
    };
    const listener: TransportListener = {
      message: (raw) => {
        if (!over) onMessage(raw);
      },
      broken: (code) => fail(new RenderError('line_broken', code, KEY_REFUSED.has(code))),
    };
    const transport: Transport = openSocket({ ...options, connectTimeoutMs, userAgent: RENDER_AGENT }, model, listener);
    const send = (event: RealtimeClientEvent) => transport.send(JSON.stringify(event));
  });
}

/** Why this audio is not the text, or null. */
function whatIsWrong(text: string, transcript: string, durationMs: number): string | null {
  const enough = /\d/u.test(text) ? CLOSE_ENOUGH_WITH_DIGITS : CLOSE_ENOUGH;
  const close = closeness(text, transcript);
  if (close < enough) return `closeness_${close.toFixed(2)}`;
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '').length;
  if (durationMs < letters * SHORTEST_MS_PER_LETTER) return 'too_short';
  return durationMs > letters * LONGEST_MS_PER_LETTER + LONGEST_MS_BESIDES ? 'too_long' : null;
}

/** A session that only speaks: nothing is heard, so nothing is detected or transcribed, and there is nothing to call. */
function readerSession(voice: string): RealtimeClientEvent {
  return {
    type: 'session.update',
    event_id: 'render_setup',
    session: {
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: READER,
      audio: {
        input: { format: { type: 'audio/pcmu' }, turn_detection: null },
        output: { format: { type: 'audio/pcmu' }, voice, speed: 1 },
      },
      tools: [],
      tool_choice: 'none',
    },
  };
}

/** Out of band and without context: these words and nothing else. */
function sayExactly(text: string): RealtimeClientEvent {
  return {
    type: 'response.create',
    event_id: 'render_say',
    response: {
      conversation: 'none',
      input: [],
      instructions: `${READER}\nThe words: «${text}»`,
    },
  };
}
