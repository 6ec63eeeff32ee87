import WebSocket from 'ws';
import type { ConnectModel, ModelCommand, ModelConnection, ModelEvent, ModelSetup } from '../speech-model.ts';
import { readServerMessage } from './messages.ts';
import { clientEvent, sessionUpdate } from './session-update.ts';

/** From the first packet to a session that answers: more and the caller has hung up. */
const CONNECT_TIMEOUT_MS = 5000;
/** From the configuration to its acceptance. */
const CONFIGURE_TIMEOUT_MS = 5000;

export interface OpenAiRealtimeOptions {
  /** Base without query, e.g. `wss://api.openai.com/v1/realtime`. */
  readonly url: string;
  readonly apiKey: string;
  /** Speech models in order of preference: the next is tried when one does not open. At least one. */
  readonly models: readonly string[];
  /** Transcription models in order of preference: the next is tried when one is refused. At least one. */
  readonly transcriptionModels: readonly string[];
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Connects to the OpenAI Realtime API over a plain WebSocket. */
export function openAiRealtime(options: OpenAiRealtimeOptions): ConnectModel {
  return (onEvent) => new OpenAiConnection(options, onEvent);
}

class OpenAiConnection implements ModelConnection {
  readonly #options: OpenAiRealtimeOptions;
  readonly #onEvent: (event: ModelEvent) => void;
  readonly #unknownTypes = new Set<string>();
  #socket: WebSocket;
  #model = 0;
  #transcription = 0;
  #setup: ModelSetup | null = null;
  #created = false;
  #ready = false;
  #over = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(options: OpenAiRealtimeOptions, onEvent: (event: ModelEvent) => void) {
    this.#options = options;
    this.#onEvent = onEvent;
    this.#socket = this.#open();
  }

  configure(setup: ModelSetup): void {
    this.#setup = setup;
    if (this.#created && !this.#over) this.#sendSetup();
  }

  send(command: ModelCommand): void {
    if (!this.#ready || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify(clientEvent(command)));
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    this.#socket.close(1000);
    // A peer that does not answer the close must not keep the socket.
    setTimeout(() => this.#socket.terminate(), 2000).unref();
  }

  #open(): WebSocket {
    const model = this.#options.models[this.#model] as string;
    const url = new URL(this.#options.url);
    url.searchParams.set('model', model);
    const socket = new WebSocket(url, {
      headers: { Authorization: `Bearer ${this.#options.apiKey}` },
      perMessageDeflate: false,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
    });
    this.#setDeadline(CONNECT_TIMEOUT_MS, 'connect_timeout');
    socket.on('message', (data, isBinary) => {
      if (socket === this.#socket && !isBinary) this.#onMessage((data as Buffer).toString('utf8'));
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      this.#fail(socket, `http_${response.statusCode ?? 0}`);
    });
    socket.on('error', (error) =>
      this.#fail(socket, 'code' in error ? String(error.code).toLowerCase() : 'socket_error'),
    );
    socket.on('close', (code) => this.#fail(socket, `closed_${code}`));
    return socket;
  }

  #onMessage(text: string): void {
    if (this.#over) return;
    const message = readServerMessage(text);
    switch (message.kind) {
      case 'session_created':
        this.#created = true;
        clearTimeout(this.#deadline);
        if (this.#setup !== null) this.#sendSetup();
        return;
      case 'session_updated':
        if (this.#ready) return;
        clearTimeout(this.#deadline);
        this.#ready = true;
        return this.#onEvent({ type: 'ready' });
      case 'event':
        if (message.event.type === 'error' && !this.#ready) return this.#onSetupRefused(message.event, message.param);
        return this.#onEvent(message.event);
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

  #sendSetup(): void {
    const transcriptionModel = this.#options.transcriptionModels[this.#transcription] as string;
    const update = sessionUpdate(this.#setup as ModelSetup, transcriptionModel, `setup_${this.#transcription + 1}`);
    this.#socket.send(JSON.stringify(update));
    this.#setDeadline(CONFIGURE_TIMEOUT_MS, 'configure_timeout');
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
    this.#fail(this.#socket, code);
  }

  /** The line broke. Before the session was ready the next model of the list is tried; after, it is over. */
  #fail(socket: WebSocket, code: string): void {
    if (this.#over || socket !== this.#socket) return;
    clearTimeout(this.#deadline);
    if (!this.#ready && this.#model + 1 < this.#options.models.length) {
      this.#options.log('model_fallback', { code, model: this.#options.models[this.#model + 1] });
      this.#model++;
      this.#created = false;
      this.#socket = this.#open();
      socket.terminate();
      return;
    }
    this.#over = true;
    socket.terminate();
    this.#onEvent({ type: 'closed', code });
  }

  #setDeadline(ms: number, code: string): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#fail(this.#socket, code), ms);
  }
}
