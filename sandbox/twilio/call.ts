import { CallRecorder, linearWav, mixed } from './call-recorder.ts';
import { Emitter } from './emitter.ts';
import { runDocuments } from './flow.ts';
import { callForm, statusForm } from './form.ts';
import { PlayoutLedger } from './ledger.ts';
import { pause, type Interruption, type Line, type Source } from './line.ts';
import type { LiveStream, StreamPorts } from './live-stream.ts';
import { Mouth, type Speech } from './mouth.ts';
import { ring, type OutboundOptions } from './outbound.ts';
import { newSid } from './sid.ts';
import type { Ticker, TickerHandle } from './ticker.ts';
import type {
  CallEnd,
  CallError,
  CallEvents,
  CallOptions,
  CallStatus,
  CalledParty,
  DialRecord,
  Direction,
  EndedBy,
  Recording,
  SandboxCall,
  StreamRecord,
  TraceEntry,
  TwilioBehaviour,
} from './types.ts';
import { sendWebhook, type WebhookExchange, type WebhookRequest } from './webhook.ts';

/** What the sandbox lends to its calls. */
export interface CallHost {
  readonly accountSid: string;
  readonly authToken: string;
  readonly restUrl: string;
  readonly ticker: Ticker;
  readonly closing: AbortSignal;
  now(): number;
  called(to: string, kind: 'api' | 'dial'): CalledParty;
  keep(recording: Recording): void;
  log(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** How a call begins; `outbound` when it was created over REST. */
export interface CallStart extends Pick<CallOptions, 'from' | 'to' | 'rewriteUrl' | 'statusCallbackUrl'> {
  readonly direction: Direction;
  readonly behaviour: TwilioBehaviour;
  readonly source: Source;
  readonly statusCallbackMethod?: 'GET' | 'POST';
  readonly outbound?: OutboundOptions;
}

const SLOT_MS = 20;
const DIGIT_MS = 200;

/** One telephone call: the line Twilio holds, and the person at its other end. */
export class TelephoneCall implements SandboxCall, Line {
  readonly sid = newSid('CA');
  readonly accountSid: string;
  readonly authToken: string;
  readonly restUrl: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Direction;
  readonly behaviour: TwilioBehaviour;
  readonly createdAt: number;
  readonly createdDate = new Date();
  readonly heard = new PlayoutLedger();
  readonly errors: CallError[] = [];
  readonly requests: WebhookExchange[] = [];
  readonly trace: TraceEntry[] = [];
  readonly streams: StreamRecord[] = [];
  readonly dials: DialRecord[] = [];
  readonly events = new Emitter<CallEvents>();
  readonly on: Emitter<CallEvents>['on'] = (name, listener) => this.events.on(name, listener);
  readonly ended: Promise<CallEnd>;
  readonly settled: Promise<void>;
  answeredBy: string | null = null;
  answeredAt: number | null = null;
  endedAt: number | null = null;

  readonly #host: CallHost;
  readonly #start: CallStart;
  readonly #mouth = new Mouth();
  readonly #ticker: TickerHandle;
  readonly #digitListeners = new Set<(digit: string) => void>();
  readonly #frameListeners = new Set<(frame: Uint8Array | null) => void>();
  readonly #asides = new Set<Promise<unknown>>();
  readonly #flow: Promise<void>;
  #status: CallStatus;
  #nextSlot = 0;
  #live: LiveStream | null = null;
  #scope = new AbortController();
  #interruption: Interruption | null = null;
  #end: CallEnd | null = null;
  #statusSequence = 0;
  #resolveEnded!: (end: CallEnd) => void;
  #resolveSettled!: () => void;

  constructor(host: CallHost, start: CallStart) {
    this.#host = host;
    this.#start = start;
    this.accountSid = host.accountSid;
    this.authToken = host.authToken;
    this.restUrl = host.restUrl;
    this.from = start.from;
    this.to = start.to;
    this.direction = start.direction;
    this.behaviour = start.behaviour;
    this.createdAt = host.now();
    this.#status =
      start.outbound === undefined ? (start.direction === 'inbound' ? 'ringing' : 'in-progress') : 'queued';
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.settled = new Promise((resolve) => (this.#resolveSettled = resolve));
    this.#ticker = host.ticker.add((now) => this.#pump(now));
    this.#flow = this.#run();
  }

  get status(): CallStatus {
    return this.#status;
  }

  // The person at the other end.

  speak(frames: readonly Uint8Array[]): Speech {
    this.#pump(this.now());
    const speech = this.#mouth.say(frames, this.createdAt + this.#nextSlot * SLOT_MS);
    if (this.#end !== null) speech.stop();
    return speech;
  }

  async pressDigits(digits: string): Promise<void> {
    for (const [index, digit] of [...digits].entries()) {
      if (index > 0) await new Promise((resolve) => setTimeout(resolve, DIGIT_MS));
      if (this.#end !== null) return;
      this.#live?.wire.sendDigit(digit);
      for (const listener of [...this.#digitListeners]) listener(digit);
    }
  }

  hangUp(): void {
    const unanswered = this.direction === 'inbound' ? 'no-answer' : 'busy';
    this.finish('caller', this.answeredAt === null ? unanswered : 'completed');
  }

  dropSocket(): void {
    this.#live?.wire.drop();
  }

  goSilentSocket(): void {
    this.#live?.wire.goSilent();
  }

  async streaming(): Promise<string> {
    const record = this.#live?.record;
    if (record !== undefined && record.startedAt !== null && record.stoppedAt === null) return record.streamSid;
    return (await this.events.next('stream', (event) => event.phase === 'started')).streamSid;
  }

  // What the REST server does to a call.

  /** Ends the call now; a second end is ignored. */
  finish(by: EndedBy, status: CallStatus): void {
    if (this.#end !== null) return;
    const at = this.now();
    this.endedAt = at;
    this.#end = { status, endedBy: by, at };
    this.note('ended', { by, status });
    this.setStatus(status);
    this.#mouth.close(at);
    this.events.emit('ended', this.#end);
    this.#resolveEnded(this.#end);
    void this.#wrapUp(by, status);
  }

  /** Gives a live call other TwiML. */
  redirect(source: Source): void {
    this.note('redirected');
    this.#interrupt({ kind: 'redirect', source });
  }

  /** Begins to record both sides. The recording is there, and reported, some time after the call. Returns its sid. */
  record(params: URLSearchParams): string {
    const sid = newSid('RE');
    const recorder = new CallRecorder(this.now());
    const stopHearing = this.onCallerFrame((frame) => recorder.caller(this.#slotAt() - SLOT_MS, frame));
    const stopListening = this.events.on('agentFrame', ({ at, frame }) => recorder.agent(at, frame));
    void this.ended.then(({ at }) => {
      stopHearing();
      stopListening();
      this.#keepRecorded(sid, recorder, at, params);
    });
    return sid;
  }

  #keepRecorded(sid: string, recorder: CallRecorder, endedAt: number, params: URLSearchParams): void {
    const channels = recorder.channels(endedAt);
    const durationMs = Math.max(0, endedAt - recorder.startedAt);
    const readyAt = this.now() + this.behaviour.recordingReadyMs;
    const isDual = params.get('RecordingChannels') === 'dual';
    const audio = linearWav([mixed(channels)]);
    const both = isDual ? { both: linearWav(channels) } : {};
    this.keep({ sid, callSid: this.sid, audio, readyAt, durationMs, ...both });
    const url = params.get('RecordingStatusCallback');
    const wanted = params.getAll('RecordingStatusCallbackEvent');
    if (url === null || (wanted.length > 0 && !wanted.includes('completed'))) return;
    const form = {
      AccountSid: this.accountSid,
      CallSid: this.sid,
      RecordingSid: sid,
      RecordingUrl: `${this.restUrl}/2010-04-01/Accounts/${this.accountSid}/Recordings/${sid}`,
      RecordingStatus: 'completed',
      RecordingDuration: String(Math.ceil(durationMs / 1000)),
      RecordingChannels: isDual ? '2' : '1',
      RecordingSource: 'StartCallRecordingAPI',
      RecordingStartTime: new Date().toUTCString(),
      RecordingTrack: 'both',
      ErrorCode: '0',
    };
    const method = params.get('RecordingStatusCallbackMethod') === 'GET' ? 'GET' : 'POST';
    void pause(this.behaviour.recordingReadyMs, this.#host.closing).then(() =>
      this.aside({ url, method, params: form }),
    );
  }

  /** The sandbox closes: nothing is sent any more. */
  destroy(): void {
    this.finish('rest', 'completed');
    this.#live?.wire.drop();
  }

  // The line, as the verbs see it.

  now(): number {
    return this.#host.now();
  }

  rewrite(url: string): string {
    return this.#start.rewriteUrl?.(url) ?? url;
  }

  note(step: string, detail: Readonly<Record<string, unknown>> = {}): void {
    this.trace.push({ at: this.now(), step, detail });
    this.#host.log(step, { callSid: this.sid, ...detail });
  }

  fail(code: number, message: string, streamSid: string | null = null): void {
    const known =
      streamSid === null
        ? undefined
        : this.errors.find((error) => error.code === code && error.streamSid === streamSid);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    this.errors.push({ at: this.now(), code, message, streamSid, count: 1 });
    this.#host.log('twilio_error', { callSid: this.sid, code, message });
  }

  form(): Record<string, string> {
    return { ...callForm(this), ...(this.answeredBy === null ? {} : { AnsweredBy: this.answeredBy }) };
  }

  async request(request: WebhookRequest, idempotencyToken?: string): Promise<WebhookExchange> {
    const exchange = await sendWebhook(request, {
      authToken: this.authToken,
      timeoutMs: this.behaviour.webhookTimeoutMs,
      now: () => this.now(),
      rewriteUrl: this.#start.rewriteUrl,
      signal: this.#host.closing,
      idempotencyToken,
    });
    this.requests.push(exchange);
    if (exchange.error !== null && !this.#host.closing.aborted) this.fail(exchange.error.code, exchange.error.message);
    return exchange;
  }

  aside(request: WebhookRequest): void {
    if (this.#host.closing.aborted) return;
    const sent = this.request(request).finally(() => this.#asides.delete(sent));
    this.#asides.add(sent);
  }

  answer(): void {
    if (this.answeredAt !== null || this.#end !== null) return;
    this.answeredAt = this.now();
    if (this.#status !== 'in-progress') this.setStatus('in-progress');
  }

  /** Changes the status, tells the listeners and, for a call created over REST, the application. */
  setStatus(status: CallStatus): void {
    this.#status = status;
    this.events.emit('state', { status, at: this.now() });
    const event = status === 'in-progress' ? 'answered' : status;
    if (this.#start.outbound?.statusEvents.has(event) === true && event !== 'completed') this.#sendStatus(null);
  }

  newScope(): AbortSignal {
    this.#scope = new AbortController();
    if (this.#interruption !== null) this.#scope.abort();
    return this.#scope.signal;
  }

  takeInterruption(): Interruption | null {
    const interruption = this.#interruption;
    this.#interruption = null;
    return interruption;
  }

  streamPorts(streamSid: string): StreamPorts {
    return {
      ledger: this.heard,
      onOpen: (at) => this.events.emit('stream', { streamSid, phase: 'started', at }),
      onAudible: (at, ms, frame, watermark) => this.events.emit('agentFrame', { at, ms, frame, watermark }),
      onMarkReturned: (name, at, heard) => this.events.emit('mark', { name, at, heard }),
      onCleared: (at) => this.events.emit('clear', { at }),
      wakeAt: (at) => this.#ticker.wakeAt(at),
    };
  }

  attach(stream: LiveStream): void {
    this.#live = stream;
  }

  detach(stream: LiveStream): void {
    if (this.#live === stream) this.#live = null;
    this.events.emit('stream', { streamSid: stream.record.streamSid, phase: 'stopped', at: this.now() });
  }

  onDigit(listener: (digit: string) => void): () => void {
    this.#digitListeners.add(listener);
    return () => void this.#digitListeners.delete(listener);
  }

  onCallerFrame(listener: (frame: Uint8Array | null) => void): () => void {
    this.#frameListeners.add(listener);
    return () => void this.#frameListeners.delete(listener);
  }

  keep(recording: Recording): void {
    this.#host.keep(recording);
  }

  called(to: string): CalledParty {
    return this.#host.called(to, 'dial');
  }

  // The machinery.

  async #run(): Promise<void> {
    const { outbound, source } = this.#start;
    if (outbound !== undefined) {
      const refused = await ring(this, outbound, this.#host.called(this.to, 'api'), this.newScope());
      if (this.#end !== null) return;
      if (refused !== null) return this.finish('caller', refused);
    } else if (this.direction === 'outbound-api') {
      this.answeredAt = this.now();
    }
    const { by, status } = await runDocuments(this, source);
    this.finish(by, status);
  }

  #interrupt(interruption: Interruption): void {
    if (this.#interruption?.kind === 'end') return;
    this.#interruption = interruption;
    this.#scope.abort();
  }

  async #wrapUp(by: EndedBy, status: CallStatus): Promise<void> {
    const sendFinal = async (): Promise<void> => {
      const { statusDelayMs } = this.behaviour;
      if (statusDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, statusDelayMs));
      const { outbound } = this.#start;
      if (outbound === undefined || outbound.statusEvents.has('completed')) this.#sendStatus(this.#durationMs());
      await Promise.all(this.#asides);
    };
    if (this.behaviour.finalOrder === 'status-first') await sendFinal();
    this.#interrupt({ kind: 'end', by, status });
    await this.#flow;
    if (this.behaviour.finalOrder === 'stop-first') await sendFinal();
    while (this.#asides.size > 0) await Promise.all(this.#asides);
    this.#ticker.remove();
    this.#resolveSettled();
  }

  #durationMs(): number {
    return this.answeredAt === null || this.endedAt === null ? 0 : this.endedAt - this.answeredAt;
  }

  #sendStatus(durationMs: number | null): void {
    const { statusCallbackUrl: url, statusCallbackMethod: method = 'POST' } = this.#start;
    if (url === undefined) return;
    this.aside({ url, method, params: { ...this.form(), ...statusForm(this.#statusSequence++, durationMs) } });
  }

  /** Everything that is due: caller frames slot by slot, then the playout. */
  #pump(now: number): number {
    for (let at = this.#slotAt(); at <= now; at = this.#slotAt()) {
      this.#nextSlot += 1;
      this.#mouth.speak(at, (frame) => {
        for (const listener of this.#frameListeners) listener(frame);
        return this.#live?.deliver(frame, at) ?? false;
      });
    }
    return Math.min(this.#slotAt(), this.#live?.advance(now) ?? Infinity);
  }

  #slotAt(): number {
    return this.createdAt + this.#nextSlot * SLOT_MS;
  }
}
