import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import twilio from 'twilio';
import { WebSocket } from 'ws';
import { Histogram } from './histogram.ts';
import { numberedFrame } from './frames.ts';

const FRAME_MS = 20;
/**
 * What each caller does, over and over: speaks a second, listens five and a half, then speaks into what the agent still
 * says. The model's reply begins about 0.6 s after the caller's last word and lasts three seconds.
 */
const CYCLE_FRAMES = 400;
const SPEAKS: readonly (readonly [from: number, to: number])[] = [
  [0, 50],
  [150, 180],
];

/** Where the calls go, and who signs them. */
export interface LineOptions {
  readonly url: string;
  readonly authToken: string;
  readonly to: string;
  /** When the first piece of a call's reply left the model. */
  readonly replySentAt: (call: number) => number | undefined;
}

/** The telephone side of N calls, as cheap as it can be: one ticker, frames made beforehand. */
export class LinePeer {
  readonly twiml = new Histogram();
  /** From the model's first audio to the first audio at the line, ms. */
  readonly egress = new Histogram();
  /** From the caller's first loud frame into the agent's speech to the clear, ms. */
  readonly clear = new Histogram();
  readonly calls: Call[] = [];
  readonly #options: LineOptions;
  /** A call that has ended is not opened again: every run has CallSids of its own. */
  readonly #run = randomUUID().slice(0, 8);
  #ticker: NodeJS.Timeout | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** Rings, and resolves once the media stream is open. `relay`: no webhook, straight to the socket. */
  async call(relay: boolean): Promise<void> {
    const number = this.calls.length;
    const callSid = `CA${this.#run}x${number}`;
    const parameters = relay ? {} : await this.#ring(callSid);
    const url = `${this.#options.url.replace(/^http/u, 'ws')}/ws/twilio-media`;
    const signature = twilio.getExpectedTwilioSignature(this.#options.authToken, url, {});
    const socket = new WebSocket(url, { headers: { 'x-twilio-signature': signature }, perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    this.calls.push(new Call(number, callSid, socket, parameters, this));
  }

  /** Begins to send frames for every call, 50 a second each, spread evenly over the 20 ms. */
  start(): void {
    let due = performance.now();
    const tick = (): void => {
      for (const now = performance.now(); due <= now; due += FRAME_MS) for (const call of this.calls) call.tick(due);
      this.#ticker = setTimeout(tick, Math.max(1, due - performance.now()));
    };
    tick();
  }

  stop(): void {
    clearTimeout(this.#ticker);
  }

  /** Every caller hangs up: `stop`, then the socket, then the status callback. Resolves when all are told. */
  async hangUpAll(relay: boolean): Promise<void> {
    this.stop();
    await Promise.all(
      this.calls.map(async (call) => {
        call.hangUp();
        if (!relay) await this.#post('/webhook/call_status', { CallSid: call.callSid, CallStatus: 'completed' });
      }),
    );
  }

  sentAt(call: number, sequence: number): number | undefined {
    return this.calls[call]?.sentAt(sequence);
  }

  replySentAt(call: number): number | undefined {
    return this.#options.replySentAt(call);
  }

  async #ring(callSid: string): Promise<Record<string, string>> {
    const startedAt = performance.now();
    const form = { CallSid: callSid, AccountSid: 'ACbench', From: '+972501234567', To: this.#options.to };
    const body = await this.#post('/webhook/incoming_call', { ...form, CallStatus: 'ringing', Direction: 'inbound' });
    this.twiml.add(performance.now() - startedAt);
    const parameters = [...body.matchAll(/<Parameter name="([^"]*)" value="([^"]*)"/gu)];
    if (parameters.length === 0) throw new Error(`no stream was offered: ${body}`);
    return Object.fromEntries(parameters.map(([, name, value]) => [name, value]));
  }

  #post(path: string, form: Record<string, string>): Promise<string> {
    const url = `${this.#options.url}${path}`;
    const signature = twilio.getExpectedTwilioSignature(this.#options.authToken, url, form);
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
      const sent = request(url, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      });
      sent.once('error', reject);
      sent.end(new URLSearchParams(form).toString());
    });
  }
}

/** One call: sends its cycle of frames, plays what it receives on a virtual clock, and gives marks back when due. */
class Call {
  readonly callSid: string;
  readonly #number: number;
  readonly #socket: WebSocket;
  readonly #peer: LinePeer;
  readonly #streamSid: string;
  readonly #sent: number[] = [];
  #sequence = 0;
  #playsUntil = 0;
  #marks: { name: string; at: number }[] = [];
  #loudSince: number | null = null;
  #awaitsReply = true;

  constructor(number: number, callSid: string, socket: WebSocket, parameters: Record<string, string>, peer: LinePeer) {
    this.#number = number;
    this.callSid = callSid;
    this.#socket = socket;
    this.#peer = peer;
    this.#streamSid = `MZ${callSid}`;
    socket.on('message', (data: Buffer) => this.#onMessage(data.toString('utf8')));
    const start = {
      accountSid: 'ACbench',
      streamSid: this.#streamSid,
      callSid,
      tracks: ['inbound'],
      customParameters: parameters,
    };
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    socket.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }));
    socket.send(
      JSON.stringify({
        event: 'start',
        sequenceNumber: '1',
        streamSid: this.#streamSid,
        start: { ...start, mediaFormat },
      }),
    );
  }

  sentAt(sequence: number): number | undefined {
    return this.#sent[sequence];
  }

  tick(now: number): void {
    const place = (this.#sequence + this.#number * 7) % CYCLE_FRAMES;
    const began = SPEAKS.find(([from, to]) => place >= from && place < to)?.[0];
    const isLoud = began !== undefined;
    if (isLoud && now < this.#playsUntil) this.#loudSince ??= performance.now();
    if (!isLoud) this.#loudSince = null;
    if (place === (SPEAKS[0]?.[1] ?? 0)) this.#awaitsReply = true;
    const payload = numberedFrame(this.#number, this.#sequence, isLoud ? place - began : null).toString('base64');
    const chunk = String(this.#sequence + 1);
    const media = { track: 'inbound', chunk, timestamp: String(this.#sequence * FRAME_MS), payload };
    this.#sent[this.#sequence++] = performance.now();
    this.#socket.send(JSON.stringify({ event: 'media', sequenceNumber: chunk, streamSid: this.#streamSid, media }));
    while (this.#marks[0] !== undefined && this.#marks[0].at <= now)
      this.#returnMark((this.#marks.shift() as { name: string }).name);
  }

  hangUp(): void {
    this.#socket.send(
      JSON.stringify({
        event: 'stop',
        sequenceNumber: '0',
        streamSid: this.#streamSid,
        stop: { callSid: this.callSid },
      }),
    );
    this.#socket.close();
  }

  #onMessage(text: string): void {
    const message = JSON.parse(text) as { event: string; media?: { payload: string }; mark?: { name: string } };
    const now = performance.now();
    if (message.event === 'media') {
      const sentAt = this.#peer.replySentAt(this.#number);
      if (this.#awaitsReply && sentAt !== undefined) this.#peer.egress.add(now - sentAt);
      this.#awaitsReply = false;
      const bytes = ((message.media?.payload.length ?? 0) * 3) / 4;
      this.#playsUntil = Math.max(this.#playsUntil, now) + bytes / 8;
    } else if (message.event === 'mark') {
      this.#marks.push({ name: message.mark?.name ?? '', at: this.#playsUntil });
    } else if (message.event === 'clear') {
      if (this.#loudSince !== null) this.#peer.clear.add(now - this.#loudSince);
      this.#loudSince = null;
      this.#playsUntil = now;
      for (const { name } of this.#marks.splice(0)) this.#returnMark(name);
    }
  }

  #returnMark(name: string): void {
    this.#socket.send(JSON.stringify({ event: 'mark', streamSid: this.#streamSid, mark: { name } }));
  }
}
