import { type Socket, connect } from 'node:net';
import twilio from 'twilio';
import { WebSocket } from 'ws';

/** Who knocks at the doors of a web process: as Twilio would, and as nobody should. */
export class DoorClient {
  readonly origin: string;
  readonly port: number;
  readonly #authToken: string;

  constructor(origin: string, authToken: string) {
    this.origin = origin;
    this.port = Number(new URL(origin).port);
    this.#authToken = authToken;
  }

  /** The signature of a webhook at this path. */
  sign(path: string, form: Readonly<Record<string, string | readonly string[]>> = {}): string {
    return twilio.getExpectedTwilioSignature(this.#authToken, `${this.origin}${path}`, form);
  }

  /** The signature of the media handshake. */
  signStream(path = '/ws/twilio-media'): string {
    const url = `${this.origin.replace(/^http/u, 'ws')}${path}`;
    return twilio.getExpectedTwilioSignature(this.#authToken, url, {});
  }

  /** Posts a form, signed unless `signature` says otherwise (null: none). */
  async post(
    path: string,
    form: Readonly<Record<string, string | readonly string[]>>,
    part: { signature?: string | null; signedPath?: string; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; body: string }> {
    const signature = part.signature === undefined ? this.sign(part.signedPath ?? path, form) : part.signature;
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one);
    const answer = await fetch(`${this.origin}${path}`, {
      method: 'POST',
      headers: { ...(signature === null ? {} : { 'x-twilio-signature': signature }), ...part.headers },
      body,
    });
    return { status: answer.status, body: await answer.text() };
  }

  /** Sends this text, and more with `then`; resolves with everything that came back once the other side closed. */
  raw(text: string, then: (socket: Socket) => void = () => {}): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.write(text);
        then(socket);
      });
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer));
    });
  }

  /** A media handshake: its socket, or the status of its refusal. */
  ring(
    part: { path?: string; signature?: string | null; headers?: Record<string, string> } = {},
  ): Promise<MediaClient | number> {
    const { path = '/ws/twilio-media', signature = this.signStream() } = part;
    const headers = { ...(signature === null ? {} : { 'x-twilio-signature': signature }), ...part.headers };
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}${path}`, { headers, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
      socket.once('open', () => resolve(new MediaClient(socket)));
    });
  }

  /** A handshake that is let in. */
  async connect(): Promise<MediaClient> {
    const client = await this.ring();
    if (typeof client === 'number') throw new Error(`refused with ${client}`);
    return client;
  }
}

/** An open media socket. */
export class MediaClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  start(streamSid: string, callSid: string, token: string): void {
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    this.send({ event: 'start', streamSid, start: { callSid, mediaFormat, customParameters: { token } } });
  }

  media(streamSid: string): void {
    this.send({ event: 'media', streamSid, media: { track: 'inbound', payload: SILENCE } });
  }
}

const SILENCE = Buffer.alloc(160, 0xff).toString('base64');
