import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express from 'express';
import { plugins } from '../../plugins/index.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import { answeredCall } from '../../server/answer.ts';
import { type Switchboard, twilioWebhooks } from '../../server/webhooks.ts';
import { OpenAiProtocol } from '../../voice/model/openai/protocol.ts';
import type { EndReason } from '../../voice/plugin.ts';
import type { SpokenText } from '../../voice/session/config.ts';
import type { CallRecorder, SessionClock } from '../../voice/session/session.ts';
import { Toolbox } from '../../voice/session/toolbox.ts';
import type { TurnRecord } from '../../voice/session/turns.ts';
import { ActiveCalls } from '../../voice/twilio/active-calls.ts';
import { QUIET_LIMIT_MS } from '../../voice/twilio/limits.ts';
import type { MediaDoorOptions } from '../../voice/twilio/media-options.ts';
import { MediaStream } from '../../voice/twilio/media-stream.ts';
import { twilioRest } from '../../voice/twilio/rest.ts';
import { signatureCheck } from '../../voice/twilio/signature.ts';
import type { VirtualClock } from './clock.ts';
import { CountedClock } from './clock.ts';
import type { ModelLine } from './model-line.ts';
import { BUSINESS_NAME, renderedLines, settingsOf } from './rendered.ts';
import { VirtualSocket } from './socket.ts';
import type { FarEnd, NearSocket } from './stream.ts';
import { ACCOUNT_SID, AUTH_TOKEN, type Doors, type Telephone } from './telephone.ts';
import type { Timeline } from './timeline.ts';

const PUBLIC_URL = 'https://calls.example.test';
const BUSINESS_ID = 'b0000000-0000-4000-8000-000000000001';
const CALL_ID = 'c0000000-0000-4000-8000-000000000001';
const MODELS = ['gpt-realtime-2.1', 'gpt-realtime-2.1-mini'];
const TRANSCRIPTION_MODELS = ['gpt-transcribe', 'gpt-4o-transcribe', 'whisper-1'];
const QUIET_CHECK_MS = 2500;

export interface HouseOptions {
  readonly clock: VirtualClock;
  readonly timeline: Timeline;
  readonly script: Script;
  readonly model: ModelLine;
  readonly telephone: () => Telephone;
  readonly apology: SpokenText;
  /** Recordings for when the model cannot speak, by their words. */
  readonly lastResort: ReadonlyMap<string, SpokenText>;
  readonly from: string;
  readonly to: string;
}

/** One end of the call, as it would have been written down and handed over for delivery. */
export interface RecordedEnd {
  readonly at: number;
  readonly reason: EndReason;
}

/**
 * The web process without its sockets and its database: the real webhooks, media stream, session, plugins and
 * settings; calls, tokens and leads live in memory, by the rules the database keeps.
 */
export class House implements Doors {
  readonly publicUrl = PUBLIC_URL;
  readonly ends: RecordedEnd[] = [];
  readonly lead: Record<string, string> = {};
  readonly #options: HouseOptions;
  readonly #clock: CountedClock;
  readonly #app = express();
  readonly #calls = new ActiveCalls();
  readonly #streams = new Set<MediaStream>();
  readonly #records = new Map<string, TurnRecord>();
  readonly #door: MediaDoorOptions;
  #token: { readonly callSid: string; readonly accountSid: string; taken: boolean } | null = null;
  #settled = 0;

  constructor(options: HouseOptions) {
    this.#options = options;
    this.#clock = new CountedClock(options.clock);
    const signature = signatureCheck({ publicUrl: PUBLIC_URL, authToken: AUTH_TOKEN });
    const log = (event: string, fields: Readonly<Record<string, unknown>>) => this.#log(event, fields);
    this.#app.use(
      '/webhook',
      twilioWebhooks({ publicUrl: PUBLIC_URL, signature, switchboard: this.#switchboard(), log }),
    );
    const toolbox = new Toolbox(plugins, {
      leads: { save: (_call: unknown, details: Record<string, string>) => this.#saveLead(details) },
    });
    const after: SessionClock['after'] = (ms, run) => this.#clock.after(ms, run);
    this.#door = {
      signature,
      connectModel: (onEvent) =>
        new OpenAiProtocol(
          {
            open: (model, listener) => options.model.connect(model, listener),
            after,
            models: MODELS,
            transcriptionModels: TRANSCRIPTION_MODELS,
            log,
          },
          onEvent,
        ),
      answer: async ({ token, callSid }) => {
        const held = this.#token;
        if (held === null || held.taken || token !== tokenOf(callSid) || held.callSid !== callSid) return null;
        held.taken = true;
        return this.#answer(toolbox, callSid);
      },
      plugins,
      toolbox,
      rest: twilioRest({
        baseUrl: 'https://rest.example.test',
        accountSid: ACCOUNT_SID,
        authToken: AUTH_TOKEN,
        fetch: async () => {
          const reply = await options.telephone().hangUpRequest();
          if (reply === null) throw new TypeError('fetch failed');
          return new Response(JSON.stringify(reply.body), { status: reply.status });
        },
      }),
      activeCalls: this.#calls,
      clock: this.#clock,
      log,
    };
    this.#watch();
  }

  /** The conversation as it was written down. */
  get turns(): readonly TurnRecord[] {
    return [...this.#records.values()].sort((a, b) => a.position - b.position);
  }

  get settled(): number {
    return this.#settled;
  }

  /** What a call that is over has left behind; empty for nothing. */
  leftovers(): string[] {
    const left: string[] = [];
    if (this.#calls.size > 0) left.push('a session that was never disposed of');
    if (this.#clock.pending > 0) left.push(`${this.#clock.pending} timer(s)`);
    if (this.#options.model.open > 0) left.push(`${this.#options.model.open} open connection(s) to the model`);
    if (this.#streams.size > 0) left.push(`${this.#streams.size} open media stream(s)`);
    return left;
  }

  stream(_url: string, far: FarEnd): NearSocket {
    const { clock, telephone } = this.#options;
    const socket = new VirtualSocket(clock, telephone().latencyMs, far);
    const stream: MediaStream = new MediaStream(socket, this.#door, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    return socket;
  }

  /** Runs one request through Express, as a socket would. */
  webhook(path: string, form: Readonly<Record<string, string>>, signature: string): Promise<string> {
    const body = new URLSearchParams(form).toString();
    const request = new IncomingMessage(new Socket());
    request.method = 'POST';
    request.url = path;
    request.headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      'x-twilio-signature': signature,
    };
    request.push(body);
    request.push(null);
    const response = new ServerResponse(request);
    return new Promise((resolve, reject) => {
      response.end = ((chunk?: unknown) => {
        const text = typeof chunk === 'string' ? chunk : Buffer.isBuffer(chunk) ? chunk.toString('utf8') : '';
        if (response.statusCode < 400) resolve(text);
        else reject(new Error(`${path} answered ${response.statusCode} ${text}`));
        return response;
      }) as typeof response.end;
      this.#app(request as express.Request, response as express.Response);
    });
  }

  #log(event: string, fields: Readonly<Record<string, unknown>>): void {
    const { callSid: _call, businessId: _business, ...rest } = fields;
    this.#options.timeline.note('log', `${event}${Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`}`, {
      ...rest,
      event,
    });
  }

  #switchboard(): Switchboard {
    return {
      recordingReported: () => Promise.resolve(),
      takesCalls: () => true,
      openCall: async (call) => {
        const { script } = this.#options;
        if ((script.calls_under_way ?? 0) >= Number(settingsOf(script)['max_total_calls'])) {
          if (this.ends.length === 0) this.#end('rejected');
          return { kind: 'rejected', reason: 'at_capacity', businessId: BUSINESS_ID };
        }
        this.#token ??= { callSid: call.callSid, accountSid: call.accountSid, taken: false };
        return { kind: 'accepted', parameters: { token: tokenOf(call.callSid), leg: '1' } };
      },
      callOver: async (callSid) => {
        const session = this.#calls.get(callSid);
        if (session !== undefined) return session.lineOver();
        if (this.ends.length > 0 || this.#token?.taken === true) return;
        this.#end('caller_hangup');
        this.#settled++;
        this.#options.timeline.note('settled');
      },
    };
  }

  #answer(toolbox: Toolbox, callSid: string) {
    const { script, from, to, apology, lastResort } = this.#options;
    const setup = {
      callId: CALL_ID,
      callSid,
      accountSid: ACCOUNT_SID,
      direction: 'inbound',
      from,
      to,
      startedAt: new Date(0),
      business: {
        id: BUSINESS_ID,
        name: BUSINESS_NAME,
        contactPhone: null,
        contactEmail: null,
        address: null,
        timeZone: 'Asia/Jerusalem',
      },
      settings: settingsOf(script),
    } as const;
    return answeredCall(setup, {
      plugins,
      toolbox,
      apology,
      lines: renderedLines(script, BUSINESS_ID),
      lastResort,
      recorder: this.#recorder(),
    });
  }

  #recorder(): CallRecorder {
    const { timeline } = this.#options;
    return {
      saveTurns: (records) => {
        for (const record of records) {
          this.#records.set(record.itemId, record);
          timeline.note('turn', `${record.speaker}: ${record.text}${record.interrupted ? ' —' : ''}`, {
            speaker: record.speaker,
          });
        }
      },
      callEnded: ({ reason }) => this.#end(reason),
      transcriptsSettled: () => {
        this.#settled++;
        timeline.note('settled');
      },
      alert: (kind) => timeline.note('alert', kind, { kind }),
      usage: () => {},
      happened: () => {},
      optedOut: () => timeline.note('log', 'caller_opted_out', { event: 'caller_opted_out' }),
    };
  }

  #end(reason: EndReason): void {
    this.ends.push({ at: this.#options.clock.now(), reason });
    this.#options.timeline.note('call_ended', reason, { reason });
  }

  async #saveLead(details: Record<string, string>): Promise<Record<string, string>> {
    const world = this.#options.script.tools?.['save_lead_details'];
    if (world?.delay_ms !== undefined) {
      const delayMs = world.delay_ms;
      await new Promise<void>((resolve) => void this.#options.clock.after(delayMs, resolve));
    }
    if (world?.fails === true) throw new Error('the database is away');
    Object.assign(this.lead, details);
    return { ...this.lead };
  }

  /** As the media door does: a socket over which nothing comes is half open. */
  #watch(): void {
    this.#options.clock.after(QUIET_CHECK_MS, () => {
      for (const stream of this.#streams) stream.closeWhenQuiet(QUIET_LIMIT_MS);
      this.#watch();
    });
  }
}

function tokenOf(callSid: string): string {
  return `token-of-${callSid}`;
}
