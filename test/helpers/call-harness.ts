import { decodeMulaw, encodeMulaw } from '../../sandbox/audio/mulaw.ts';
import { speechFrames } from '../../sandbox/audio/speech.ts';
import { CountedClock } from '../../scripts/scenario/clock.ts';
import type { ModelConnection, ModelEvent, TurnTaking } from '../../voice/model/speech-model.ts';
import type { CallPlugin, EndReason } from '../../voice/plugin.ts';
import type { CallConfig } from '../../voice/session/config.ts';
import { type CallTimeouts, DEFAULT_TIMEOUTS } from '../../voice/session/limits.ts';
import type { SideEvent } from '../../voice/session/effects.ts';
import { Session } from '../../voice/session/session.ts';
import { type CallUsage, addUsage } from '../../voice/session/usage.ts';
import { Toolbox } from '../../voice/session/toolbox.ts';
import type { TurnRecord } from '../../voice/session/turns.ts';
import { FakeModel } from './call/fake-model.ts';
import { VirtualClock } from './call/virtual-clock.ts';
import { VirtualLine } from './call/virtual-line.ts';

/** Base64 of 20 ms of digital silence. */
export const SILENT_FRAME = Buffer.alloc(160, 0xff).toString('base64');
/** Base64 of the frames of a voice close to the telephone, seconds of it without a pause: one very long word. */
export const VOICE_FRAMES = speechFrames('בלעבלעבלעבלע'.repeat(6), { voice: 'caller', line: 255 })
  .slice(3)
  .map((frame) => Buffer.from(frame.map((byte) => encodeMulaw(2.5 * decodeMulaw(byte)))).toString('base64'));
/** Line index of audio that carries no watermark stays apart: the apology. */
const APOLOGY_MS = 1500;
/** What a server's VAD waits before it says that speech began, and that it ended. */
const VAD_START_MS = 120;
const VAD_STOP_MS = 500;

export interface CallOptions {
  readonly plugins?: readonly CallPlugin[];
  /** Settings of all plugins together; each takes its own. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Services for the plugins' tools. */
  readonly ports?: unknown;
  /** One way between server and line. Default 0. */
  readonly latencyMs?: number;
  readonly maxCallMs?: number;
  readonly timeouts?: Partial<CallTimeouts>;
  /** Default guarded. */
  readonly turnTaking?: TurnTaking;
  /** Lines at hand, by their text: how long each takes, ms. */
  readonly lines?: Readonly<Record<string, number>>;
  /** The model is ready at once. Default true. */
  readonly modelReady?: boolean;
  /** How many new lines to the model come about once one broke; any more are refused. Default 0. */
  readonly reconnects?: number;
  /** What the REST hang-up does, one entry an attempt; the last one goes on for ever. Default `done`. */
  readonly hangUps?: readonly ('done' | 'gone' | 'fails' | 'never')[];
}

/** How long a new line to the model takes. */
const CONNECT_MS = 50;

/** A call on a virtual clock: the real session between a virtual line and a fake model. */
export class CallHarness {
  readonly clock = new VirtualClock();
  /** The line to the model that is open now, or was last. */
  model: FakeModel;
  readonly alerts: string[] = [];
  /** When the caller asked never to be called again. */
  readonly optOuts: number[] = [];
  readonly sideEvents: SideEvent[] = [];
  /** What was used of the model, summed. */
  usage: CallUsage = [];
  #reconnects: number;
  readonly line: VirtualLine;
  readonly session: Session;
  readonly logs: { readonly at: number; readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] =
    [];
  /** How often, and when, the line was asked over REST to hang up. */
  readonly hangUpsAsked: number[] = [];
  readonly ends: { readonly at: number; readonly reason: EndReason; readonly heldMs: number }[] = [];
  readonly settledAt: number[] = [];
  disposed = 0;
  /** The caller makes a sound at this moment; else the line is silent. */
  voice = false;
  readonly #sessionClock = new CountedClock(this.clock);
  readonly #records = new Map<string, TurnRecord>();
  readonly #hangUps: ('done' | 'gone' | 'fails' | 'never')[];
  #streamOver = false;
  #utterances = 0;
  #voiced = 0;

  constructor(options: CallOptions = {}) {
    const plugins = options.plugins ?? [];
    this.#hangUps = [...(options.hangUps ?? ['done'])];
    this.#reconnects = options.reconnects ?? 0;
    this.model = new FakeModel(this.clock, (event) => this.session.modelEvent(event));
    this.line = new VirtualLine(this.clock, options.latencyMs ?? 0, {
      mark: (name) => this.session.mark(name),
      closed: () => this.streamEnds('lost'),
    });
    this.session = new Session({
      config: callConfig(options),
      plugins,
      toolbox: new Toolbox(plugins, options.ports),
      clock: this.#sessionClock,
      line: this.line,
      model: this.model,
      reconnectModel: (onEvent) => this.#reconnect(onEvent),
      hangUp: () => this.#hangUp(),
      recorder: {
        saveTurns: (records) => records.forEach((record) => this.#records.set(record.itemId, record)),
        callEnded: ({ reason, heldMs }) => this.ends.push({ at: this.at, reason, heldMs }),
        transcriptsSettled: () => this.settledAt.push(this.at),
        alert: (kind) => this.alerts.push(kind),
        usage: (usage) => (this.usage = addUsage(this.usage, usage)),
        optedOut: () => this.optOuts.push(this.at),
        happened: (event) => this.sideEvents.push(event),
      },
      log: (event, fields) => this.logs.push({ at: this.at, event, fields }),
      onDisposed: () => this.disposed++,
    });
    this.session.start();
    if (options.modelReady ?? true) this.model.ready();
    this.#sendFrames();
  }

  /** A new line to the model: ready in a moment, or refused. */
  #reconnect(onEvent: (event: ModelEvent) => void): ModelConnection {
    const model = new FakeModel(this.clock, onEvent, this.model);
    this.model = model;
    const isTaken = this.#reconnects-- > 0;
    this.clock.after(CONNECT_MS, () => model.emit(isTaken ? { type: 'ready' } : { type: 'closed', code: 'http_503' }));
    return model;
  }

  get at(): number {
    return this.clock.now();
  }

  /** Time passes; the caller's line sends its 50 frames a second. */
  elapse(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** The caller makes a sound for `ms`, of which the model takes no notice. */
  async sound(ms: number): Promise<void> {
    this.voice = true;
    await this.elapse(ms);
    this.voice = false;
  }

  /** The caller begins to speak and goes on; the model's VAD notices after its usual moment. Returns the item. */
  async startsSpeaking(): Promise<string> {
    const itemId = `caller_${++this.#utterances}`;
    const audioStartMs = this.model.heardMs;
    await this.sound(VAD_START_MS);
    this.voice = true;
    this.model.emit({ type: 'speech_started', itemId, audioStartMs });
    return itemId;
  }

  /** The caller falls silent; the model's VAD notices and makes a turn of what was said. */
  async stopsSpeaking(itemId: string): Promise<void> {
    this.voice = false;
    const audioEndMs = this.model.heardMs;
    await this.elapse(VAD_STOP_MS);
    this.commits(itemId, audioEndMs);
  }

  /** The model's VAD ends an utterance. */
  commits(itemId: string, audioEndMs = this.model.heardMs): void {
    this.model.emit({ type: 'speech_stopped', itemId, audioEndMs });
    this.model.emit({ type: 'committed', itemId, previousItemId: this.model.join(itemId) });
  }

  /** The caller says something in `ms`; its words are known 100 ms after the commit, or never. Returns the item. */
  async callerSays(text: string | null, options: { readonly ms?: number } = {}): Promise<string> {
    const itemId = await this.startsSpeaking();
    await this.elapse(Math.max(0, (options.ms ?? 800) - VAD_START_MS));
    await this.stopsSpeaking(itemId);
    if (text === null) return itemId;
    await this.elapse(100);
    this.transcribed(itemId, text);
    return itemId;
  }

  transcribed(itemId: string, text: string): void {
    this.model.emit({ type: 'transcript', itemId, text });
  }

  /** The telephone line ends the stream. */
  streamEnds(how: 'stop' | 'lost'): void {
    if (this.#streamOver) return;
    this.#streamOver = true;
    this.line.hangUp();
    this.session.streamEnded(how);
  }

  callerHangsUp(): void {
    this.streamEnds('stop');
  }

  /** The conversation as it was written down: `agent: …`, `caller: …`; a cut turn ends in `—`. Empty turns are left out. */
  get transcript(): string[] {
    return this.records
      .filter((record) => record.text !== '')
      .map(({ speaker, text, interrupted }) => `${speaker}: ${text}${interrupted ? ' —' : ''}`);
  }

  get records(): readonly TurnRecord[] {
    return [...this.#records.values()].sort((a, b) => a.position - b.position);
  }

  /** Why the call ended; null while it goes on. */
  get endReason(): EndReason | null {
    return this.ends[0]?.reason ?? null;
  }

  logged(event: string): Readonly<Record<string, unknown>>[] {
    return this.logs.filter((entry) => entry.event === event).map((entry) => entry.fields);
  }

  /** What is left of a call: timers, an open model, an open stream. An ended call leaves nothing. */
  get leftovers(): { timers: number; model: boolean; stream: boolean } {
    return { timers: this.#sessionClock.pending, model: this.model.closedAt === null, stream: !this.#streamOver };
  }

  #sendFrames(): void {
    this.clock.after(20, () => {
      if (this.#streamOver) return;
      this.session.callerAudio(this.#callerFrame());
      this.#sendFrames();
    });
  }

  /** A voice begins with its first frame each time; silence lies between. */
  #callerFrame(): string {
    this.#voiced = this.voice ? this.#voiced + 1 : 0;
    return VOICE_FRAMES[(this.#voiced - 1) % VOICE_FRAMES.length] ?? SILENT_FRAME;
  }

  #hangUp(): Promise<'done' | 'gone'> {
    this.hangUpsAsked.push(this.at);
    const outcome = this.#hangUps.length > 1 ? this.#hangUps.shift() : this.#hangUps[0];
    if (outcome === 'fails') return Promise.reject(new Error('HTTP 500'));
    if (outcome === 'never') return new Promise(() => {});
    // Twilio ends the stream a moment after it took the request.
    if (outcome === 'done') this.clock.after(30, () => this.streamEnds('stop'));
    return Promise.resolve(outcome ?? 'done');
  }
}

/** The configuration of a call, as the server would read it. */
export function callConfig(options: CallOptions = {}): CallConfig {
  return {
    context: {
      callId: 'call-1',
      businessId: 'business-1',
      businessName: 'מספרת דנה',
      direction: 'inbound',
      fromNumber: '+972501234567',
      toNumber: '+97231234567',
    },
    callSid: 'CA1',
    maxCallMs: options.maxCallMs ?? 1_800_000,
    pluginSettings: Object.fromEntries(
      (options.plugins ?? []).map((plugin) => {
        // The notice before the first word stands in the way of tests that are not about it.
        const given: Readonly<Record<string, unknown>> = { call_notice_enabled: false, ...options.settings };
        const own = Object.keys(plugin.settings.shape).filter((key) => key in given);
        return [plugin.name, plugin.settings.parse(Object.fromEntries(own.map((key) => [key, given[key]])))];
      }),
    ),
    apology: { text: 'סליחה, יש תקלה.', audio: new Uint8Array(APOLOGY_MS * 8).fill(0x30) },
    turnTaking: options.turnTaking ?? 'guarded',
    lines: new Map(
      Object.entries(options.lines ?? {}).map(([text, ms]) => [
        text,
        { text, audio: new Uint8Array(ms * 8).fill(0x20) },
      ]),
    ),
    lastResort: new Map(),
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
  };
}

/** A call that has begun. */
export function call(options: CallOptions = {}): CallHarness {
  return new CallHarness(options);
}
