import type { Watermark } from '../audio/watermark.ts';
import type { Emitter } from './emitter.ts';
import type { PlayoutLedger } from './ledger.ts';
import type { Speech } from './mouth.ts';
import type { WebhookExchange } from './webhook.ts';

export type CallStatus =
  'queued' | 'initiated' | 'ringing' | 'in-progress' | 'completed' | 'busy' | 'failed' | 'no-answer' | 'canceled';

export type Direction = 'inbound' | 'outbound-api';

/** Who ended a call: a person on the line, a REST request, the TwiML (its end, `<Hangup>`, an error), or a stream with nothing after it. */
export type EndedBy = 'caller' | 'rest' | 'twiml' | 'stream';

/** What Twilio would write into the error log of the account. Stream warnings come once per stream, with a count. */
export interface CallError {
  readonly at: number;
  readonly code: number;
  readonly message: string;
  readonly streamSid: string | null;
  count: number;
}

/** How the sandbox behaves where real Twilio varies, is slow, or is not documented. */
export interface TwilioBehaviour {
  /** A webhook must answer within this (ms, 15 000). */
  webhookTimeoutMs: number;
  /** The media socket must open within this (ms, 5000). */
  handshakeTimeoutMs: number;
  /** Post the `action` of a verb that the end of the call interrupted; its answer is ignored (true). */
  actionAfterHangUp: boolean;
  /** Post the `action` of a verb that a REST redirect interrupted, before the new document; its answer is ignored (true). */
  actionAfterRedirect: boolean;
  /** After a stream that could not open: go on as if it had closed, or hang up ('continue'). Not documented by Twilio. */
  afterFailedStream: 'continue' | 'hangup';
  /** Whether the final status callback leaves before or after the stream's `stop` ('stop-first'). */
  finalOrder: 'stop-first' | 'status-first';
  /** The final status callback leaves this much later (ms, 0). */
  statusDelayMs: number;
  /** A recording can be fetched this long after its end, 404 until then (ms, 1000). */
  recordingReadyMs: number;
  /** How long `<Say>` takes for one character (ms, 60). */
  sayMsPerCharacter: number;
  /** How long `<Play>` takes when the file does not tell (ms, 1000). */
  playMs: number;
  /** Calls created over REST that start within a second (1, as on a new account). */
  callsPerSecond: number;
}

/** What the other end does when it is called, by REST or by `<Dial>`. */
export interface CalledParty {
  readonly outcome: 'answer' | 'busy' | 'no-answer' | 'failed';
  /** Rings this long before the outcome (ms, 100); `no-answer` rings until the timeout unless this is less. */
  readonly ringMs?: number;
  /** Hangs up this long after answering (ms); never when missing. */
  readonly talkMs?: number;
  /** What machine detection finds, when it was asked for ('human'). */
  readonly answeredBy?: string;
}

export type DialPlan = (to: string, kind: 'api' | 'dial') => CalledParty;

export interface CallOptions {
  /** E.164 numbers; `to` is the business's for an inbound call. */
  readonly from: string;
  readonly to: string;
  readonly webhookUrl: string;
  /** Gets the final status of the call. */
  readonly statusCallbackUrl?: string;
  /** Default inbound. */
  readonly direction?: Direction;
  /** Delivers the first webhook twice, at the same time; the answer to the first is used. */
  readonly twice?: boolean;
  /** Maps URLs to loopback; signatures stay over the original. Default: that of the sandbox. */
  readonly rewriteUrl?: (url: string) => string;
  /** Overrides the sandbox's behaviour for this call. */
  readonly behaviour?: Partial<TwilioBehaviour>;
}

export interface SandboxTwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly log?: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Monotonic clock in ms; default performance.now. */
  readonly now?: () => number;
  readonly rewriteUrl?: (url: string) => string;
  readonly behaviour?: Partial<TwilioBehaviour>;
  readonly dialPlan?: DialPlan;
}

/** A step Twilio took: a verb it carried out, an event of a stream. */
export interface TraceEntry {
  readonly at: number;
  readonly step: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A stream that was opened for a call. */
export interface StreamRecord {
  readonly streamSid: string;
  /** As the TwiML says it, which is also what was signed. */
  readonly url: string;
  readonly customParameters: Readonly<Record<string, string>>;
  startedAt: number | null;
  stoppedAt: number | null;
  closedBy: 'server' | 'twilio' | 'error' | null;
  /** The close code of the WebSocket, when the server closed it. */
  closeCode: number | null;
}

/** A leg dialled by `<Dial>`. */
export interface DialRecord {
  readonly sid: string;
  readonly to: string;
  readonly callerId: string;
  readonly startedAt: number;
  status: 'ringing' | 'in-progress' | 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';
}

export interface CallEnd {
  readonly status: CallStatus;
  readonly endedBy: EndedBy;
  readonly at: number;
}

export interface CallEvents {
  state: { readonly status: CallStatus; readonly at: number };
  /** A stream opened (start was sent) or is over. */
  stream: { readonly streamSid: string; readonly phase: 'started' | 'stopped'; readonly at: number };
  /** A piece of agent audio, at most 20 ms, becomes audible at `at`. */
  agentFrame: {
    readonly at: number;
    readonly ms: number;
    readonly frame: Uint8Array;
    readonly watermark: Watermark | null;
  };
  /** A mark goes back to the server; `heard` is false when a clear sent it back. */
  mark: { readonly name: string; readonly at: number; readonly heard: boolean };
  clear: { readonly at: number };
  ended: CallEnd;
}

/** One telephone call, from the side of the caller and of the wire. All times are ms of the sandbox's clock. */
export interface SandboxCall {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Direction;
  readonly status: CallStatus;
  readonly createdAt: number;
  readonly answeredAt: number | null;
  /** What was played to the caller, over all streams of the call. */
  readonly heard: PlayoutLedger;
  readonly errors: readonly CallError[];
  /** Every request made to the application for this call, in the order of the answers. */
  readonly requests: readonly WebhookExchange[];
  readonly trace: readonly TraceEntry[];
  readonly streams: readonly StreamRecord[];
  readonly dials: readonly DialRecord[];
  /** Events; see {@link CallEvents}. */
  readonly events: Emitter<CallEvents>;
  on: Emitter<CallEvents>['on'];
  /** Resolves when the call ends; rejects never. */
  readonly ended: Promise<CallEnd>;
  /** Resolves after the last callback of the ended call was answered or given up. */
  readonly settled: Promise<void>;
  /** Resolves when a media stream is open (`start` was sent), with its sid. */
  streaming(): Promise<string>;
  /** Says 160-byte frames, one each 20 ms; what is said while no stream listens is lost, as on a telephone. */
  speak(frames: readonly Uint8Array[]): Speech;
  /** Presses keys, 200 ms apart; resolves after the last. */
  pressDigits(digits: string): Promise<void>;
  hangUp(): void;
  /** Breaks the media socket without a `stop`; the call goes on as TwiML says. */
  dropSocket(): void;
  /** Half-opens the media socket: nothing is sent or read any more, nothing is closed. */
  goSilentSocket(): void;
}

/** A finished recording. */
export interface Recording {
  readonly sid: string;
  readonly callSid: string;
  readonly audio: Buffer;
  /** With both channels, where it has them. */
  readonly both?: Buffer;
  readonly readyAt: number;
  readonly durationMs: number;
}

/** What the REST server does instead of its work. */
export type RestFault = (
  | { readonly kind: 'down' }
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Half of the answer comes; the connection stays open. */
  | { readonly kind: 'stall' }
) & {
  /** Only these requests; all when missing. */
  readonly on?: 'create' | 'update' | 'fetch' | 'record';
  /** Only requests whose path holds this; all when missing. */
  readonly path?: string;
  /** Only so many requests; all until it is taken back when missing. */
  readonly times?: number;
};

export interface SandboxTwilio {
  /** Base of the REST server, to use in place of `https://api.twilio.com`. */
  readonly url: string;
  /** Every call so far, in the order of their beginning. */
  readonly calls: readonly SandboxCall[];
  /** May be changed while it runs. */
  readonly behaviour: TwilioBehaviour;
  /** Every REST request that came in. */
  readonly restRequests: readonly RestRequest[];
  /** A person rings the business. */
  call(options: CallOptions): SandboxCall;
  /** Who answers when a number is called; replaces the one of the options. */
  setDialPlan(plan: DialPlan): void;
  /** Breaks the REST server in a way, or repairs it with null. */
  setFault(fault: RestFault | null): void;
  /** Has a recording to be fetched, as if a call had been recorded. */
  keep(recording: Recording): void;
  /** Resolves with the next call created over REST. */
  nextOutbound(): Promise<SandboxCall>;
  /** Ends all calls without further callbacks and closes every socket. */
  close(): Promise<void>;
}

/** A REST request the sandbox received. */
export interface RestRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** Null when the connection was broken instead of answered. */
  readonly status: number | null;
}

/** Twilio's usual behaviour, and the harder choice where it is not known. */
export const DEFAULT_BEHAVIOUR: TwilioBehaviour = {
  webhookTimeoutMs: 15_000,
  handshakeTimeoutMs: 5000,
  actionAfterHangUp: true,
  actionAfterRedirect: true,
  afterFailedStream: 'continue',
  finalOrder: 'stop-first',
  statusDelayMs: 0,
  recordingReadyMs: 1000,
  sayMsPerCharacter: 60,
  playMs: 1000,
  callsPerSecond: 1,
};
