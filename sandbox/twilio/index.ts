import { TelephoneCall, type CallHost, type CallStart } from './call.ts';
import { callResource } from './call-resource.ts';
import { json, notFound, type RestAnswer } from './rest-answers.ts';
import { outboundStart, recordCall, updateCall } from './rest-calls.ts';
import { RestServer, type RestCallRequest } from './rest-server.ts';
import { Ticker } from './ticker.ts';
import {
  DEFAULT_BEHAVIOUR,
  type CallOptions,
  type DialPlan,
  type Recording,
  type SandboxCall,
  type SandboxTwilio,
  type SandboxTwilioOptions,
  type TwilioBehaviour,
} from './types.ts';

export type * from './types.ts';
export type { Interval, PlayedFrame, PlayoutLedger, PlayedRun } from './ledger.ts';
export type { Speech, SpeechEnd } from './mouth.ts';
export type { WebhookExchange } from './webhook.ts';

const answersAlways: DialPlan = () => ({ outcome: 'answer' });

/** Starts a Twilio on loopback: its REST server, and callers who ring the application. */
export async function startSandboxTwilio(options: SandboxTwilioOptions): Promise<SandboxTwilio> {
  const sandbox = new Sandbox(options);
  await sandbox.listen();
  return sandbox;
}

class Sandbox implements SandboxTwilio, CallHost {
  url = '';
  readonly calls: TelephoneCall[] = [];
  readonly behaviour: TwilioBehaviour;
  readonly accountSid: string;
  readonly authToken: string;
  readonly ticker: Ticker;
  readonly now: () => number;
  readonly #options: SandboxTwilioOptions;
  readonly #rest: RestServer;
  readonly #closing = new AbortController();
  readonly #recordings = new Map<string, Recording>();
  readonly #bySid = new Map<string, TelephoneCall>();
  #outboundWaiters: ((call: SandboxCall) => void)[] = [];
  #dialPlan: DialPlan;
  #nextStartAt = 0;

  constructor(options: SandboxTwilioOptions) {
    this.#options = options;
    this.accountSid = options.accountSid;
    this.authToken = options.authToken;
    this.behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
    this.now = options.now ?? (() => performance.now());
    this.ticker = new Ticker(this.now);
    this.#dialPlan = options.dialPlan ?? answersAlways;
    const { accountSid, authToken, host = '127.0.0.1', port = 0 } = options;
    const handle = (request: RestCallRequest): RestAnswer => this.#handle(request);
    this.#rest = new RestServer({ accountSid, authToken, host, port, now: this.now, handle });
  }

  get restUrl(): string {
    return this.url;
  }

  get restRequests(): RestServer['requests'] {
    return this.#rest.requests;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  async listen(): Promise<void> {
    this.url = await this.#rest.listen();
  }

  call(options: CallOptions): SandboxCall {
    const { from, to, webhookUrl, statusCallbackUrl, direction = 'inbound', twice = false } = options;
    const rewriteUrl = options.rewriteUrl ?? this.#options.rewriteUrl;
    return this.#begin({
      from,
      to,
      direction,
      behaviour: { ...this.behaviour, ...options.behaviour },
      source: { kind: 'url', twice, request: { url: webhookUrl, method: 'POST', params: {} } },
      ...(statusCallbackUrl === undefined ? {} : { statusCallbackUrl }),
      ...(rewriteUrl === undefined ? {} : { rewriteUrl }),
    });
  }

  setDialPlan(plan: DialPlan): void {
    this.#dialPlan = plan;
  }

  setFault(fault: Parameters<SandboxTwilio['setFault']>[0]): void {
    this.#rest.setFault(fault);
  }

  nextOutbound(): Promise<SandboxCall> {
    return new Promise((resolve) => this.#outboundWaiters.push(resolve));
  }

  called(to: string, kind: 'api' | 'dial'): ReturnType<DialPlan> {
    return this.#dialPlan(to, kind);
  }

  keep(recording: Recording): void {
    this.#recordings.set(recording.sid, recording);
  }

  log(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#options.log?.(event, fields);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const call of this.calls) call.destroy();
    await Promise.all(this.calls.map((call) => call.settled));
    this.ticker.close();
    await this.#rest.close();
  }

  #begin(start: CallStart): TelephoneCall {
    const call = new TelephoneCall(this, start);
    this.calls.push(call);
    this.#bySid.set(call.sid, call);
    return call;
  }

  #handle(request: RestCallRequest): RestAnswer {
    if (request.kind === 'create') return this.#create(request.params);
    if (request.kind === 'forget') return this.#forget(request.recording?.sid ?? '', request.path);
    if (request.recording !== null) return this.#recording(request.recording, request);
    const call = request.callSid === null ? undefined : this.#bySid.get(request.callSid);
    if (call === undefined) return notFound(request.path);
    if (request.kind === 'record') return recordCall(call, request.params);
    return request.kind === 'update' ? updateCall(call, request.params, request.path) : json(200, callResource(call));
  }

  #create(params: URLSearchParams): RestAnswer {
    const start = outboundStart(params, this.behaviour, () => this.#queueMs());
    if ('status' in start) return start;
    const { rewriteUrl } = this.#options;
    const call = this.#begin({ ...start, ...(rewriteUrl === undefined ? {} : { rewriteUrl }) });
    for (const resolve of this.#outboundWaiters.splice(0)) resolve(call);
    return json(201, callResource(call));
  }

  /** How long a new call waits so that no more than `callsPerSecond` start. */
  #queueMs(): number {
    const now = this.now();
    const startAt = Math.max(now, this.#nextStartAt);
    this.#nextStartAt = startAt + 1000 / this.behaviour.callsPerSecond;
    return startAt - now;
  }

  #forget(sid: string, path: string): RestAnswer {
    return this.#recordings.delete(sid) ? { status: 204, body: '', headers: {} } : notFound(path);
  }

  #recording(
    { sid, extension }: { sid: string; extension: string },
    { path, params }: Pick<RestCallRequest, 'path' | 'params'>,
  ): RestAnswer {
    const recording = this.#recordings.get(sid);
    if (recording === undefined || this.now() < recording.readyAt) return notFound(path);
    if (extension === 'json') {
      const duration = String(Math.ceil(recording.durationMs / 1000));
      return json(200, {
        sid,
        account_sid: this.accountSid,
        call_sid: recording.callSid,
        duration,
        status: 'completed',
      });
    }
    // Real Twilio encodes MP3; here both names give the same WAV.
    const body = params.get('RequestedChannels') === '2' ? (recording.both ?? recording.audio) : recording.audio;
    return { status: 200, body, headers: { 'content-type': 'audio/x-wav' } };
  }
}
