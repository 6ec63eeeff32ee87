import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { WebSocket } from 'ws';
import type { CallPlugin, EndReason } from '../../../voice/plugin.ts';
import { Toolbox } from '../../../voice/session/toolbox.ts';
import type { TurnRecord } from '../../../voice/session/turns.ts';
import { ActiveCalls } from '../../../voice/twilio/active-calls.ts';
import { type MediaDoor, mediaDoor } from '../../../voice/twilio/media-door.ts';
import type { AnsweredCall } from '../../../voice/twilio/media-options.ts';
import type { PlaceLimits } from '../../../voice/twilio/places.ts';
import { signatureCheck } from '../../../voice/twilio/signature.ts';
import { callConfig } from '../../helpers/call-harness.ts';
import { FakeModel } from '../../helpers/call/fake-model.ts';
import { VirtualClock } from '../../helpers/call/virtual-clock.ts';

const PUBLIC_URL = 'https://calls.example';
const AUTH_TOKEN = 'secret-of-the-account';
export const STREAM = 'MZ1';

/** The signature Twilio would give the handshake of this URL. */
export function signatureFor(url = 'wss://calls.example/ws/twilio-media', token = AUTH_TOKEN): string {
  return twilio.getExpectedTwilioSignature(token, url, {});
}

/** One media socket as Twilio holds it. */
export class TwilioSocket {
  readonly received: { event: string; streamSid: string; media?: { payload: string }; mark?: { name: string } }[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString('utf8'))));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  start(part: { token?: string | null; encoding?: string; streamSid?: string; callSid?: string } = {}): void {
    const { token = 'good', encoding = 'audio/x-mulaw', streamSid = STREAM, callSid = 'CA1' } = part;
    this.send({
      event: 'start',
      sequenceNumber: '1',
      streamSid,
      start: {
        accountSid: 'AC1',
        streamSid,
        callSid,
        tracks: ['inbound'],
        mediaFormat: { encoding, sampleRate: 8000, channels: 1 },
        customParameters: token === null ? {} : { token },
      },
    });
  }

  /** One frame of caller audio of this byte. */
  media(byte: number, part: { streamSid?: string; track?: string } = {}): void {
    const { streamSid = STREAM, track = 'inbound' } = part;
    this.send({ event: 'media', streamSid, media: { track, chunk: '1', timestamp: '5', payload: payloadOf(byte) } });
  }

  stop(): void {
    this.send({ event: 'stop', streamSid: STREAM, stop: { accountSid: 'AC1', callSid: 'CA1' } });
  }

  /** The socket dies without a word. */
  die(): void {
    this.socket.terminate();
  }
}

export function payloadOf(byte: number): string {
  return Buffer.alloc(160, byte).toString('base64');
}

/** A media door on loopback, its clock in the hands of the test, with a fake model and a fake answer behind it. */
export class DoorRig {
  readonly clock = new VirtualClock();
  readonly activeCalls = new ActiveCalls();
  readonly models: FakeModel[] = [];
  readonly logs: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  readonly ends: EndReason[] = [];
  readonly records: TurnRecord[] = [];
  /** What the door is told of an address whose handshake it refused. */
  tooOften = false;
  readonly asked: { token: string; callSid: string }[] = [];
  /** What the answer function gives; a test replaces it. */
  answer: () => Promise<AnsweredCall | null> = () => Promise.resolve(this.answered());
  readonly #door: MediaDoor;
  readonly #server: Server;
  readonly #plugins: readonly CallPlugin[];

  constructor(plugins: readonly CallPlugin[] = [], places?: PlaceLimits) {
    this.#plugins = plugins;
    this.#door = mediaDoor({
      signature: signatureCheck({ publicUrl: PUBLIC_URL, authToken: AUTH_TOKEN }),
      connectModel: (onEvent) => {
        const model = new FakeModel(this.clock, onEvent);
        this.models.push(model);
        return model;
      },
      answer: (start) => {
        this.asked.push(start);
        return this.answer();
      },
      plugins,
      toolbox: new Toolbox(plugins, {}),
      rest: { hangUp: () => Promise.resolve('done') },
      activeCalls: this.activeCalls,
      clock: this.clock,
      refusedTooOften: () => this.tooOften,
      addressOf: (request) => String(request.headers['x-address'] ?? randomUUID()),
      ...(places === undefined ? {} : { places }),
      log: (event, fields) => this.logs.push({ event, fields }),
    });
    this.#server = createServer();
    this.#server.on('upgrade', (request, socket, head) => {
      if (!this.#door.upgrade(request, socket, head)) socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    });
    this.#server.listen(0, '127.0.0.1');
  }

  answered(): AnsweredCall {
    return {
      config: callConfig({ plugins: this.#plugins }),
      modelSetup: { instructions: '', voice: 'cedar', turnTaking: 'guarded', tools: [], keywords: [] },
      accountSid: 'AC1',
      recorder: {
        saveTurns: (records) => this.records.push(...records),
        callEnded: ({ reason }) => this.ends.push(reason),
        transcriptsSettled: () => {},
        alert: () => {},
        usage: () => {},
        optedOut: () => {},
        happened: () => {},
      },
    };
  }

  get model(): FakeModel {
    return this.models[0] as FakeModel;
  }

  logged(event: string): Readonly<Record<string, unknown>>[] {
    return this.logs.filter((entry) => entry.event === event).map((entry) => entry.fields);
  }

  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** The handshake. Resolves with its socket, or with the status of its refusal. Without an address it has its own. */
  async ring(
    part: { path?: string; signature?: string | null; address?: string } = {},
  ): Promise<TwilioSocket | number> {
    const { path = '/ws/twilio-media', signature = signatureFor() } = part;
    const port = await this.port();
    const headers = {
      ...(signature === null ? {} : { 'x-twilio-signature': signature }),
      ...(part.address === undefined ? {} : { 'x-address': part.address }),
    };
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', reject);
      socket.on('open', () => resolve(new TwilioSocket(socket)));
    });
  }

  /** A handshake that succeeds. */
  async connect(): Promise<TwilioSocket> {
    const socket = await this.ring();
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    return socket;
  }

  async close(): Promise<void> {
    this.#door.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
