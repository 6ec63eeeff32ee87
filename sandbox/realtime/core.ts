import type { Heard } from '../script/hearing.ts';
import { createProgress } from '../script/progress.ts';
import type { Faults, Script } from '../script/schema.ts';
import { createAgenda } from './agenda.ts';
import { parseClientEvent } from './client-events.ts';
import type { ClientEvent, ClientEventOf, ResponseParams } from './client-events.ts';
import { ERRORS, scripted } from './errors.ts';
import type { ApiError } from './errors.ts';
import { InputAudio } from './input-audio.ts';
import { Intents } from './intent.ts';
import { createItem, deleteItem, retrieveItem, truncateItem } from './item-commands.ts';
import { Items } from './items.ts';
import { Reply } from './reply.ts';
import { applyUpdate, defaultSession } from './session-config.ts';
import type { Session } from './session-config.ts';
import { commitUtterance } from './transcription.ts';
import { createIds } from './wire.ts';
import type { Output, Unsent } from './wire.ts';
import type { Spoken, World } from './world.ts';

const HOUR_MS = 3_600_000;
const SHORTEST_COMMIT_MS = 100;

/** Options of a {@link RealtimeCore}. */
export interface CoreOptions {
  readonly script: Script;
  readonly model: string;
  /** Multiple of real time at which audio is produced. */
  readonly speed: number;
  /** Tells the ids of one connection from those of another. */
  readonly connection: string;
  /** Unix time of the clock's 0, seconds: `expires_at` counts from it. */
  readonly startedAt: number;
  /** False where the script's faults spare this connection. */
  readonly faulty?: boolean;
}

/** One committed caller utterance, as the model heard it. */
export interface HeardUtterance extends Heard {
  readonly at: number;
  readonly itemId: string;
}

/** One connection of the model double: messages and time in, outputs with their time out. It owns no timer and no clock. */
export class RealtimeCore {
  /** What the agent said and called, and what it heard: for tests and observers. */
  readonly spoken: Spoken[] = [];
  readonly heard: HeardUtterance[] = [];
  private readonly faults: Faults;
  private readonly world: World;
  private readonly agenda = createAgenda();
  private readonly items = new Items();
  private readonly input: InputAudio;
  private readonly intents: Intents;
  private readonly outbox: Output[] = [];
  private session: Session;
  private reply: Reply | null = null;
  private replies = 0;
  private utteranceId: string;
  private callerMs = 0;
  private closed = false;

  constructor(options: CoreOptions) {
    this.faults = options.faulty === false ? {} : options.script.model;
    const id = createIds(options.connection);
    const lifetime = this.faults.expires_after_ms ?? HOUR_MS;
    this.session = defaultSession(id('sess'), options.model, Math.floor(options.startedAt + lifetime / 1000));
    this.input = new InputAudio(this.session.audio.input.turn_detection);
    this.utteranceId = id('item');
    this.world = {
      script: options.script,
      faults: this.faults,
      progress: createProgress(options.script),
      agenda: this.agenda,
      items: this.items,
      speed: this.faults.speed ?? options.speed,
      session: () => this.session,
      callerMs: () => this.callerMs,
      id,
      emit: (event: Unsent) => {
        this.outbox.push({ kind: 'event', event: { event_id: id('event'), ...event } as never });
      },
      fail: (error, eventId) => {
        this.world.emit({ type: 'error', error: { ...error, event_id: eventId } });
      },
      spoken: (spoken) => this.spoken.push(spoken),
    };
    this.intents = new Intents(this.world);
    this.agenda.plan(0, () => {
      this.open();
    });
    this.agenda.plan(lifetime, () => {
      this.end(ERRORS.expired(Math.round(lifetime / 60_000)), 1001, 'session_expired');
    });
    if (this.faults.drop_after_ms !== undefined)
      this.agenda.plan(this.faults.drop_after_ms, () => {
        this.stop({ kind: 'drop' });
      });
    for (const { after_ms, text } of this.faults.messages ?? [])
      this.agenda.plan(after_ms, () => {
        this.outbox.push({ kind: 'raw', text });
      });
    for (const error of this.faults.errors ?? [])
      if ('after_ms' in error)
        this.agenda.plan(error.after_ms, () => {
          this.world.fail(scripted(error.code, error.message), null);
        });
  }

  /** When there will be something to take, ms, or null. */
  nextDueAt(): number | null {
    if (this.outbox.length > 0) return 0;
    return this.closed ? null : this.agenda.next();
  }

  /** Everything due at or before `at`, in order. Nothing comes after a `close` or `drop`. */
  takeDue(at: number): Output[] {
    if (!this.closed) this.agenda.runUntil(at);
    return this.outbox.splice(0);
  }

  /** Takes one text frame of the client in; returns its event type, or null when it is no valid event. */
  receive(at: number, raw: string): string | null {
    if (this.closed) return null;
    this.agenda.runUntil(at);
    const parsed = parseClientEvent(raw);
    if (!parsed.ok) {
      this.world.fail(parsed.error, parsed.eventId);
      return null;
    }
    const error = this.handle(at, parsed.event);
    if (error !== null) this.world.fail(error, parsed.event.event_id ?? null);
    return parsed.event.type;
  }

  private open(): void {
    if (
      this.faults.reject_models?.includes(this.session.model) === true ||
      !/^gpt-.*realtime/.test(this.session.model)
    ) {
      this.end(ERRORS.unknownModel(this.session.model), 4000, 'invalid_request_error.model_not_found');
      return;
    }
    this.world.emit({ type: 'session.created', session: this.session as never });
  }

  private end(error: ApiError, code: number, reason: string): void {
    this.world.fail(error, null);
    this.stop({ kind: 'close', code, reason });
  }

  private stop(output: Output): void {
    this.outbox.push(output);
    this.closed = true;
  }

  /** Carries one event out; returns the error it earns, or null. */
  private handle(at: number, event: ClientEvent): ApiError | null {
    switch (event.type) {
      case 'session.update':
        return this.update(event);
      case 'input_audio_buffer.append':
        return this.append(at, event.audio);
      case 'input_audio_buffer.commit':
        if (this.input.bufferedMs < SHORTEST_COMMIT_MS) return ERRORS.bufferTooSmall(this.input.bufferedMs);
        this.commit(at);
        return null;
      case 'input_audio_buffer.clear':
        this.input.clear();
        this.world.emit({ type: 'input_audio_buffer.cleared' });
        return null;
      case 'conversation.item.create':
        return createItem(this.world, event);
      case 'conversation.item.truncate':
        return truncateItem(this.world, event);
      case 'conversation.item.delete':
        return deleteItem(this.world, event.item_id);
      case 'conversation.item.retrieve':
        return retrieveItem(this.world, event.item_id);
      case 'response.create':
        return this.respond(at, event.response ?? {});
      case 'response.cancel':
        if (this.reply === null || (event.response_id !== undefined && event.response_id !== this.reply.id))
          return ERRORS.nothingToCancel();
        this.reply.cancel(at, 'client_cancelled');
        return null;
    }
  }

  private update(event: ClientEventOf<'session.update'>): ApiError | null {
    const updated = applyUpdate(this.session, event.session, {
      hasSpoken: this.items.hasSpoken,
      rejectedTranscriptionModels: this.faults.reject_transcription_models ?? [],
    });
    if (!('id' in updated)) return updated;
    this.session = updated;
    const { turn_detection, format } = updated.audio.input;
    this.input.configure(turn_detection, format.type);
    this.world.emit({ type: 'session.updated', session: updated as never });
    return null;
  }

  private append(at: number, audio: string): ApiError | null {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(audio) || audio.length % 4 !== 0) return ERRORS.badAudio();
    const { world } = this;
    this.input.append(Buffer.from(audio, 'base64'), {
      mark: (mark) => {
        world.progress.hear(mark.line);
      },
      started: (audioStartMs) => {
        world.emit({
          type: 'input_audio_buffer.speech_started',
          audio_start_ms: audioStartMs,
          item_id: this.utteranceId,
        });
        if (this.session.audio.input.turn_detection?.interrupt_response === true)
          this.reply?.cancel(at, 'turn_detected');
      },
      stopped: (audioEndMs) => {
        world.emit({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: audioEndMs, item_id: this.utteranceId });
        this.commit(at);
        if (this.session.audio.input.turn_detection?.create_response === true) this.respondByItself(at);
      },
    });
    return null;
  }

  private commit(at: number): void {
    const utterance = this.input.take();
    const itemId = this.utteranceId;
    this.utteranceId = this.world.id('item');
    this.callerMs += utterance.ms;
    this.heard.push({ ...commitUtterance(this.world, at, itemId, utterance), at, itemId });
  }

  private respondByItself(at: number): void {
    if (this.reply === null) this.respond(at, {});
  }

  private respond(at: number, params: ResponseParams): ApiError | null {
    const outOfBand = params.conversation === 'none';
    if (!outOfBand && this.reply !== null) return ERRORS.activeResponse(this.reply.id);
    this.replies++;
    const fault = this.faults.errors?.find((error) => 'on_reply' in error && error.on_reply === this.replies);
    const failure = fault === undefined ? null : scripted(fault.code, fault.message);
    const reply = new Reply(this.world, this.intents.decide(params), params, () => {
      if (this.reply === reply) this.reply = null;
    });
    if (!outOfBand) this.reply = reply;
    const stall = this.faults.stalls?.find((candidate) => candidate.on_reply === this.replies) ?? null;
    reply.begin(
      at,
      failure,
      stall === null ? null : { afterAudioMs: stall.after_audio_ms, forMs: stall.for_ms ?? null },
    );
    return null;
  }
}
