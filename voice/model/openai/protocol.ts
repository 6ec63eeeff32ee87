import type { ModelCommand, ModelConnection, ModelEvent, ModelSetup } from '../speech-model.ts';
import { type EventMessage, isPermanentCode, readServerMessage } from './messages.ts';
import { clientEvent, sessionUpdate, transcriptionUpdate } from './session-update.ts';

/** From the first packet to a session that answers, and from its configuration to its acceptance. */
export const CONNECT_TIMEOUT_MS = 5000;

/** Ends of a connection that said nothing: another model of the same server would not answer either. */
const SILENCES: ReadonlySet<string> = new Set(['connect_timeout', 'configure_timeout']);

/** Failed transcriptions in a row after which the model counts as out of order. */
const FAILED_TRANSCRIPTS = 3;
/** Begins the ids of our events that change the transcription model of a session under way. */
const TRANSCRIPTION_EVENT = 'transcription_';
/** Of a vendor's words so much goes into the log. */
const LOGGED_REASON = 200;

/** Refusals of the key itself. */
const DOORS_SHUT: ReadonlySet<string> = new Set(['http_401', 'http_403']);

/** What carries the protocol's text frames: a WebSocket, or a rehearsal's stand-in. */
export interface Transport {
  isOpen(): boolean;
  send(text: string): void;
  /** Ends in good order. */
  close(): void;
  /** Cuts at once. */
  terminate(): void;
}

/** What a transport reports. Never synchronously, while it is being opened. */
export interface TransportListener {
  message(text: string): void;
  /** The transport is gone or never came; `code` says why. */
  broken(code: string): void;
}

export interface OpenAiProtocolOptions {
  /** Opens a transport to one speech model. */
  readonly open: (model: string, listener: TransportListener) => Transport;
  /** Calls back once after `delayMs`; returns how to prevent it. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  /** Speech models in order of preference: the next is tried when one does not open. At least one. */
  readonly models: readonly string[];
  /** Transcription models in order of preference: the next is tried when one is refused. At least one. */
  readonly transcriptionModels: readonly string[];
  /** Milliseconds a server may take to answer, and to accept the configuration. Default {@link CONNECT_TIMEOUT_MS}. */
  readonly connectTimeoutMs?: number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** The protocol of the OpenAI Realtime API over any transport: session, fallbacks, deadlines, translation. */
export class OpenAiProtocol implements ModelConnection {
  readonly #options: OpenAiProtocolOptions;
  readonly #onEvent: (event: ModelEvent) => void;
  readonly #unknownTypes = new Set<string>();
  #transport: Transport;
  /** Counts transports: what an earlier one still reports is not heard. */
  #attempt = 0;
  #model = 0;
  #transcription = 0;
  /** In a row. */
  #failedTranscripts = 0;
  #setup: ModelSetup | null = null;
  #created = false;
  #ready = false;
  #over = false;
  #cancelDeadline = () => {};

  constructor(options: OpenAiProtocolOptions, onEvent: (event: ModelEvent) => void) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#transport = this.#open();
  }

  configure(setup: ModelSetup): void {
    this.#setup = setup;
    if (this.#created && !this.#over) this.#sendSetup();
  }

  send(command: ModelCommand): void {
    if (!this.#ready || !this.#transport.isOpen()) return;
    this.#transport.send(JSON.stringify(clientEvent(command)));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelDeadline();
    this.#transport.close();
  }

  #open(): Transport {
    const attempt = ++this.#attempt;
    this.#setDeadline('connect_timeout');
    return this.#options.open(this.#options.models[this.#model] as string, {
      message: (text) => {
        if (attempt === this.#attempt) this.#onMessage(text);
      },
      broken: (code) => {
        if (attempt === this.#attempt) this.#fail(code);
      },
    });
  }

  #onMessage(text: string): void {
    if (this.#over) return;
    const message = readServerMessage(text);
    switch (message.kind) {
      case 'session_created':
        this.#created = true;
        this.#cancelDeadline();
        if (this.#setup !== null) this.#sendSetup();
        return;
      case 'session_updated':
        if (this.#ready) return;
        this.#cancelDeadline();
        this.#ready = true;
        return this.#onEvent({ type: 'ready' });
      case 'event':
        return this.#onServerEvent(message);
      case 'nothing':
        return;
      case 'invalid':
        return this.#options.log('model_message_invalid', { type: message.type });
      case 'unknown':
        if (this.#unknownTypes.has(message.type)) return;
        this.#unknownTypes.add(message.type);
        return this.#options.log('model_message_unknown', { type: message.type });
    }
  }

  #onServerEvent({ event, counts, param, failure }: EventMessage): void {
    if (event.type === 'error') {
      if (!this.#ready) return this.#onSetupRefused(event, param);
      // About the transcription alone, such as a refused change of its model: the next is tried, the call need not know.
      const isOurs = event.eventId?.startsWith(TRANSCRIPTION_EVENT) === true;
      if (isOurs || param?.includes('input.transcription') === true) return this.#changeTranscription(event.message);
    }
    if (counts !== undefined) {
      const { models, transcriptionModels } = this.#options;
      const used =
        event.type === 'transcript'
          ? ({ kind: 'transcription', model: transcriptionModels[this.#transcription] as string } as const)
          : ({ kind: 'speech', model: models[this.#model] as string } as const);
      this.#onEvent({ type: 'usage', usage: { ...used, ...counts } });
    }
    if (event.type === 'transcript') this.#failedTranscripts = 0;
    this.#onEvent(event);
    if (event.type === 'transcript_failed') this.#onTranscriptFailed(failure ?? '');
  }

  /** One utterance may be unintelligible; a model that is out of order fails again and again, or says so. */
  #onTranscriptFailed(failure: string): void {
    this.#failedTranscripts++;
    if (/model/iu.test(failure) || this.#failedTranscripts >= FAILED_TRANSCRIPTS) this.#changeTranscription(failure);
  }

  /** From the next utterance on the next model of the list writes down what is said; the last one stays. */
  #changeTranscription(reason: string): void {
    const { transcriptionModels, log } = this.#options;
    this.#failedTranscripts = 0;
    if (this.#transcription + 1 >= transcriptionModels.length || this.#setup === null) return;
    this.#transcription++;
    const model = transcriptionModels[this.#transcription] as string;
    log('transcription_fallback', { model, reason: reason.slice(0, LOGGED_REASON) });
    const update = transcriptionUpdate(this.#setup, model, `${TRANSCRIPTION_EVENT}${this.#transcription + 1}`);
    if (this.#transport.isOpen()) this.#transport.send(JSON.stringify(update));
  }

  #sendSetup(): void {
    const transcriptionModel = this.#options.transcriptionModels[this.#transcription] as string;
    const update = sessionUpdate(this.#setup as ModelSetup, transcriptionModel, `setup_${this.#transcription + 1}`);
    this.#transport.send(JSON.stringify(update));
    this.#setDeadline('configure_timeout');
  }

  #onSetupRefused(error: Extract<ModelEvent, { type: 'error' }>, param: string | undefined): void {
    const { code, message } = error;
    this.#options.log('model_setup_refused', { code, message, param });
    const namesTranscription = `${param ?? ''} ${message}`.includes('transcri');
    if (namesTranscription && this.#transcription + 1 < this.#options.transcriptionModels.length) {
      this.#transcription++;
      this.#sendSetup();
      return;
    }
    if (error.permanent) this.#model = this.#options.models.length;
    this.#fail(code);
  }

  /**
   * The line broke. Before the session was ready the next model of the list is tried; after, it is over. A server that
   * kept silent is not asked again: the caller would wait twice as long for the apology.
   */
  #fail(code: string): void {
    if (this.#over) return;
    this.#cancelDeadline();
    const broken = this.#transport;
    if (!this.#ready && !SILENCES.has(code) && this.#model + 1 < this.#options.models.length) {
      this.#options.log('model_fallback', { code, model: this.#options.models[this.#model + 1] });
      this.#model++;
      this.#created = false;
      this.#transport = this.#open();
      broken.terminate();
      return;
    }
    this.#over = true;
    broken.terminate();
    const isPermanent = isPermanentCode(code) || DOORS_SHUT.has(code);
    this.#onEvent({ type: 'closed', code, ...(isPermanent ? { permanent: true } : {}) });
  }

  #setDeadline(code: string): void {
    this.#cancelDeadline();
    const limitMs = this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#cancelDeadline = this.#options.after(limitMs, () => this.#fail(code));
  }
}
