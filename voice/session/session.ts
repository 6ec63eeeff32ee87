import { rmsLevel } from '../audio/mulaw.ts';
import type { ConnectModel, ModelConnection, ModelEvent, ModelUsage } from '../model/speech-model.ts';
import type { CallPlugin, EndReason } from '../plugin.ts';
import { Call } from './call.ts';
import { CallerTape } from './caller-tape.ts';
import type { CallConfig } from './config.ts';
import type { AlertKind, Effect, SideEvent } from './effects.ts';
import type { CallEvent } from './events.ts';
import type { Toolbox } from './toolbox.ts';
import type { TurnRecord } from './turns.ts';

/** Time as the shell sees it; replaced by a virtual one in tests. */
export interface SessionClock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`; returns how to prevent it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The line's media stream, as far as a session writes to it. */
export interface MediaLine {
  /** One message of base64 μ-law audio followed by its mark. */
  sendAudio(payload: string, mark: string): void;
  clear(): void;
  close(reason: string): void;
}

/** Where a call is written down. Returns at once; writing goes on behind it and never fails the call. */
export interface CallRecorder {
  saveTurns(records: readonly TurnRecord[]): void;
  callEnded(end: {
    readonly reason: EndReason;
    readonly heldMs: number;
    readonly timings: Readonly<Record<string, number>>;
  }): void;
  transcriptsSettled(): void;
  /** Something happened beside the words. */
  happened(event: SideEvent): void;
  /** The caller asked never to be called again: at most once a call. */
  optedOut(): void;
  /** Something only the business's owner can mend kept the model from answering. */
  alert(kind: AlertKind): void;
  /** Something was used of the model; to be summed. */
  usage(usage: ModelUsage): void;
}

export interface SessionOptions {
  readonly config: CallConfig;
  readonly plugins: readonly CallPlugin[];
  readonly toolbox: Toolbox;
  readonly clock: SessionClock;
  readonly line: MediaLine;
  /** The line that was opened for the call; its events are handed to {@link Session.modelEvent}. */
  readonly model: ModelConnection;
  /** Opens and configures another, in place of one that broke. */
  readonly reconnectModel: ConnectModel;
  /** Ends the telephone call over REST. `gone`: it was over already. Throws when the request failed. */
  readonly hangUp: () => Promise<'done' | 'gone'>;
  readonly recorder: CallRecorder;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Called once, when the call is over, settled, and nothing of it is left. */
  readonly onDisposed: () => void;
}

/**
 * The shell of a call: owns its clock, timers, sockets and running tools, feeds everything that happens through
 * one queue into the pure {@link Call} and does what that decides.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #call: Call;
  readonly #startedAt: number;
  readonly #queue: CallEvent[] = [];
  readonly #timers = new Map<string, () => void>();
  readonly #tools = new AbortController();
  readonly #timings: Record<string, number> = {};
  readonly #tape = new CallerTape();
  #model: ModelConnection;
  /** Audio that a broken line took with it, until the next one is ready. */
  #replay: readonly string[] = [];
  #handling = false;
  #streamOver = false;
  #settled = false;
  #disposed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#model = options.model;
    this.#startedAt = options.clock.now();
    this.#call = new Call({ config: options.config, plugins: options.plugins, now: () => options.clock.now() });
  }

  /** Milliseconds on the call's clock. */
  get at(): number {
    return this.#options.clock.now() - this.#startedAt;
  }

  /** The end reason once the call has ended; null while it goes on. */
  get endReason(): EndReason | null {
    return this.#call.state.endReason;
  }

  /** The media stream has begun. */
  start(): void {
    this.#push({ type: 'stream_started', at: this.at });
  }

  callerAudio(payload: string): void {
    const frame = Buffer.from(payload, 'base64');
    this.#push({ type: 'caller_audio', at: this.at, payload, frame, level: rmsLevel(frame) });
  }

  dtmf(digit: string): void {
    this.#push({ type: 'dtmf', at: this.at, digit });
  }

  mark(name: string): void {
    this.#push({ type: 'mark', at: this.at, name });
  }

  /** The stream is over, with Twilio's `stop` or without. */
  streamEnded(how: 'stop' | 'lost'): void {
    if (this.#streamOver) return;
    this.#streamOver = true;
    this.#push({ type: 'stream_ended', at: this.at, how });
    this.#disposeWhenOver();
  }

  /** A final status callback came for the call. */
  lineOver(): void {
    this.#push({ type: 'line_over', at: this.at });
  }

  /** Staff, or a process that must stop, end the call politely. */
  end(): void {
    this.#push({ type: 'end_requested', at: this.at });
  }

  /** An event of the line the session was made with. */
  modelEvent(event: ModelEvent): void {
    this.#onModelEvent(this.#options.model, event);
  }

  #onModelEvent(from: ModelConnection, event: ModelEvent): void {
    // What a line that was given up still says is not heard.
    if (from !== this.#model) return;
    this.#tape.note(event);
    if (event.type === 'ready') {
      this.#timings['model_ready_ms'] ??= Math.round(this.at);
      if (this.#replay.length > 0) this.#push({ type: 'caller_replay', at: this.at, payloads: this.#replay });
      this.#replay = [];
    }
    this.#push({ type: 'model', at: this.at, event });
  }

  #reconnectModel(): void {
    this.#model.close();
    this.#replay = [...this.#replay, ...this.#tape.take(this.at)];
    const model: ModelConnection = this.#options.reconnectModel((event) => this.#onModelEvent(model, event));
    this.#model = model;
  }

  #push(event: CallEvent): void {
    if (this.#disposed) return;
    this.#queue.push(event);
    if (this.#handling) return;
    this.#handling = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        for (const effect of this.#call.handle(next)) this.#perform(effect);
      }
    } finally {
      this.#handling = false;
    }
    this.#disposeWhenOver();
  }

  #perform(effect: Effect): void {
    const { line, recorder, log } = this.#options;
    switch (effect.type) {
      case 'send_audio':
        if (this.#streamOver) return;
        this.#timings['first_agent_audio_ms'] ??= Math.round(this.at);
        for (const { audio, mark } of effect.messages) line.sendAudio(toBase64(audio), mark);
        return;
      case 'clear_line':
        if (!this.#streamOver) line.clear();
        return;
      case 'model':
        if (effect.command.type === 'append') this.#tape.record(effect.command.audio, this.at);
        return this.#model.send(effect.command);
      case 'close_model':
        return this.#model.close();
      case 'reconnect_model':
        return this.#reconnectModel();
      case 'alert':
        return recorder.alert(effect.kind);
      case 'side_event':
        return recorder.happened(effect.event);
      case 'caller_opted_out':
        return recorder.optedOut();
      case 'usage':
        return recorder.usage(effect.usage);
      case 'set_timer':
        return this.#setTimer(effect.id, effect.dueAt);
      case 'clear_timer':
        return this.#clearTimer(effect.id);
      case 'run_tool':
        return this.#runTool(effect);
      case 'save_turns':
        return recorder.saveTurns(effect.records);
      case 'hang_up':
        return this.#hangUp();
      case 'close_stream':
        if (!this.#streamOver) line.close('call_over');
        return;
      case 'call_ended':
        this.#timings['ended_ms'] = Math.round(this.at);
        this.#tools.abort();
        return recorder.callEnded({ reason: effect.reason, heldMs: effect.heldMs, timings: this.#timings });
      case 'transcripts_settled':
        this.#settled = true;
        return recorder.transcriptsSettled();
      case 'log':
        return log(effect.event, effect.fields);
    }
  }

  #setTimer(id: string, dueAt: number): void {
    this.#clearTimer(id);
    const delayMs = Math.max(0, dueAt - this.at);
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(id);
      this.#push({ type: 'timer', at: this.at, id });
    });
    this.#timers.set(id, cancel);
  }

  #clearTimer(id: string): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }

  #hangUp(): void {
    const report = (outcome: 'done' | 'gone' | 'failed') =>
      this.#push({ type: 'hang_up_result', at: this.at, outcome });
    this.#options.hangUp().then(report, (error: unknown) => {
      this.#options.log('hang_up_failed', { message: messageOf(error) });
      report('failed');
    });
  }

  #runTool(effect: Extract<Effect, { type: 'run_tool' }>): void {
    const { callId, name, args } = effect;
    const { toolbox, config, clock, log } = this.#options;
    const report = (result: unknown, failure: string | null) =>
      this.#push({ type: 'tool_result', at: this.at, callId, name, result, failure });
    toolbox.run({ name, args, config, after: (ms, run) => clock.after(ms, run), signal: this.#tools.signal }).then(
      (result) => report(result, null),
      (error: unknown) => {
        log('tool_failed', { tool: name, message: messageOf(error) });
        report(null, messageOf(error));
      },
    );
  }

  #disposeWhenOver(): void {
    if (this.#disposed || !this.#settled || !this.#streamOver) return;
    this.#disposed = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#options.onDisposed();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
