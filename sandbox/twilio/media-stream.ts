import twilio from 'twilio';
import { WebSocket, type RawData } from 'ws';
import { StreamWriter, parseServerMessage, type StreamStart } from './messages.ts';

/** Twilio's codes for a stream that fails, and the two warnings about messages. */
export const STREAM_ERROR = {
  timeout: 31901,
  refused: 31902,
  brokenPipe: 31903,
  tls: 31910,
  handshake: 31920,
  scheme: 31922,
  malformedUrl: 31923,
  protocol: 31924,
  binaryMessage: 31950,
  invalidMessage: 31951,
} as const;

export interface StreamFailure {
  readonly code: number;
  readonly message: string;
}

/** How a stream ended: the server closed it, we did, or it broke. */
export interface StreamClose {
  readonly by: 'server' | 'twilio' | 'error';
  readonly code: number;
  readonly failure: StreamFailure | null;
}

export interface MediaStreamOptions {
  readonly start: StreamStart;
  /** The URL of the TwiML: this one is signed. */
  readonly url: string;
  /** The URL that is really opened. */
  readonly target: string;
  readonly authToken: string;
  readonly handshakeTimeoutMs: number;
  readonly onMedia: (payload: Buffer) => void;
  readonly onMark: (name: string) => void;
  readonly onClear: () => void;
  /** A message that Twilio does not accept; the stream goes on. */
  readonly onInvalid: (failure: StreamFailure) => void;
}

/** A socket that does not finish its closing handshake is cut after this (ms). */
const CLOSE_GRACE_MS = 2000;

/** The wire of one media stream: handshake, what Twilio sends, what it accepts, the ways it ends. */
export class MediaStream {
  /** Resolves once, when the stream is over or could not open. */
  readonly closed: Promise<StreamClose>;
  readonly #options: MediaStreamOptions;
  readonly #writer: StreamWriter;
  readonly #socket: WebSocket;
  #settle!: (close: StreamClose) => void;
  #open = false;
  #silent = false;
  #endedByUs = false;
  #failure: StreamFailure | null = null;

  /** Opens the socket at once; `onOpen` is called when `connected` and `start` were sent. */
  constructor(options: MediaStreamOptions, onOpen: () => void) {
    this.#options = options;
    this.#writer = new StreamWriter(options.start);
    this.closed = new Promise((resolve) => (this.#settle = resolve));
    const signature = twilio.getExpectedTwilioSignature(options.authToken, options.url, {});
    this.#socket = new WebSocket(options.target, {
      perMessageDeflate: false,
      followRedirects: false,
      handshakeTimeout: options.handshakeTimeoutMs,
      headers: { Host: new URL(options.url).host, 'X-Twilio-Signature': signature, 'User-Agent': 'Twilio.TmeWs/1.0' },
    });
    this.#socket.on('open', () => {
      this.#open = true;
      this.#socket.send(this.#writer.connected());
      this.#socket.send(this.#writer.start());
      onOpen();
    });
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('error', (error) => (this.#failure ??= failureOf(error, this.#open)));
    this.#socket.on('close', (code) => this.#finish(code));
  }

  /** True while frames reach the server. */
  get live(): boolean {
    return this.#open && !this.#silent && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a caller frame (base64); false when the stream does not take it. `timestamp`: ms since the stream began. */
  sendMedia(payload: string, timestamp: number): boolean {
    if (!this.live) return false;
    this.#socket.send(this.#writer.media(payload, timestamp));
    return true;
  }

  sendMark(name: string): void {
    if (this.live) this.#socket.send(this.#writer.mark(name));
  }

  sendDigit(digit: string): void {
    if (this.live) this.#socket.send(this.#writer.dtmf(digit));
  }

  /** The call ends or is redirected: `stop`, then the socket is closed. */
  stop(): void {
    if (this.#endedByUs) return;
    this.#endedByUs = true;
    if (!this.live) {
      this.#socket.terminate();
      this.#finish(1006);
      return;
    }
    this.#socket.send(this.#writer.stop());
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref();
    this.#finish(1000);
  }

  /** The network breaks: no `stop`, no closing handshake. */
  drop(): void {
    this.#failure ??= { code: STREAM_ERROR.brokenPipe, message: 'Stream - Websocket - Broken Pipe' };
    this.#socket.terminate();
    this.#finish(1006);
  }

  /** The network dies silently: nothing goes out, nothing is read, nothing is closed. */
  goSilent(): void {
    this.#silent = true;
    this.#socket.pause();
  }

  /** `data` is one Buffer: that is Node's default for `binaryType`. */
  #receive(data: RawData, isBinary: boolean): void {
    if (this.#endedByUs || this.#silent) return;
    if (isBinary) {
      this.#options.onInvalid({
        code: STREAM_ERROR.binaryMessage,
        message: 'Stream - Protocol - Malformed Message: binary',
      });
      return;
    }
    const message = parseServerMessage((data as Buffer).toString('utf8'), this.#options.start.streamSid);
    switch (message.kind) {
      case 'media':
        return this.#options.onMedia(message.payload);
      case 'mark':
        return this.#options.onMark(message.name);
      case 'clear':
        return this.#options.onClear();
      case 'invalid':
        return this.#options.onInvalid({
          code: STREAM_ERROR.invalidMessage,
          message: `Stream - Protocol - Invalid Message: ${message.reason}`,
        });
    }
  }

  #finish(code: number): void {
    if (this.#endedByUs) return this.#settle({ by: 'twilio', code, failure: null });
    if (!this.#open || this.#failure !== null) {
      const failure = this.#failure ?? {
        code: STREAM_ERROR.handshake,
        message: 'Stream - Websocket - Handshake Error',
      };
      return this.#settle({ by: 'error', code, failure });
    }
    if (code === 1006) {
      return this.#settle({
        by: 'error',
        code,
        failure: { code: STREAM_ERROR.brokenPipe, message: 'Stream - Websocket - Broken Pipe' },
      });
    }
    this.#settle({ by: 'server', code, failure: null });
  }
}

function failureOf(error: Error & { code?: string }, open: boolean): StreamFailure {
  const detail = error.message === '' ? (error.code ?? '') : error.message;
  const failure = (code: number, text: string): StreamFailure => ({ code, message: `Stream - ${text}: ${detail}` });
  if (error.message.includes('handshake has timed out'))
    return failure(STREAM_ERROR.timeout, 'Websocket - Connection Timeout');
  if (/TLS|SSL|CERT|EPROTO/.test(`${error.code ?? ''}`)) return failure(STREAM_ERROR.tls, 'TLS Error');
  if (error.code?.startsWith('WS_ERR')) return failure(STREAM_ERROR.protocol, 'Websocket - Protocol Error');
  if (!open && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(error.code ?? '')) {
    return failure(STREAM_ERROR.refused, 'Websocket - Connection Refused');
  }
  if (open || error.code === 'ECONNRESET' || error.code === 'EPIPE')
    return failure(STREAM_ERROR.brokenPipe, 'Websocket - Broken Pipe');
  return failure(STREAM_ERROR.handshake, 'Websocket - Handshake Error');
}

/**
 * The URL Twilio opens for the `url` of a `<Stream>`, or why it does not. Query strings are dropped without a word, as
 * by Twilio; `ws://` and ports other than 443 are taken on loopback only.
 */
export function streamUrl(url: string): { readonly url: string } | StreamFailure {
  if (!URL.canParse(url)) return { code: STREAM_ERROR.malformedUrl, message: `Stream - Malformed URL: ${url}` };
  const { protocol, hostname, port } = new URL(url);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'wss:' && !(protocol === 'ws:' && loopback)) {
    return { code: STREAM_ERROR.scheme, message: `Stream - Unsupported URL scheme: ${url}` };
  }
  if (port !== '' && !loopback) return { code: STREAM_ERROR.refused, message: `Stream - only port 443: ${url}` };
  return { url: url.replace(/[?#].*$/s, '') };
}
