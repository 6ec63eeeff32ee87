import type { RawData } from 'ws';
import type { ModelConnection, ModelEvent } from '../model/speech-model.ts';
import { type MediaLine, Session } from '../session/session.ts';
import type { AnsweredCall, MediaDoorOptions } from './media-options.ts';
import { CLOSE_LIMIT_MS, KEPT_CHARACTERS, KEPT_MESSAGES, MAX_BUFFERED_BYTES, START_LIMIT_MS } from './limits.ts';
import { MessageRate } from './message-rate.ts';
import { type StartMessage, type TwilioMessage, clearFor, markFor, mediaFor, readTwilioMessage } from './messages.ts';

/** WebSocket close codes. */
const POLICY = 1008;
const UNSUPPORTED = 1003;
const INVALID = 1007;
const OUR_FAULT = 1011;

/** What a stream needs of its socket; a WebSocket of `ws` fits as it is. */
export interface MediaSocket {
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: (code: number) => void): unknown;
  send(text: string): void;
  /** Bytes that wait for the peer to read; unknown when missing. */
  readonly bufferedAmount?: number;
  /** Reads nothing more. */
  pause?(): void;
  close(code: number, reason?: string): void;
  terminate(): void;
}

/** The bytes below a media socket: what is written between the two goes out in one write. */
export interface Wire {
  cork(): void;
  uncork(): void;
}

const UNCORKED: Wire = { cork: () => undefined, uncork: () => undefined };

/**
 * One media socket of Twilio: waits for a valid `start`, opens the call, and carries messages between the two.
 * Whatever arrives while the call is being opened is kept and handed over in order.
 */
export class MediaStream {
  readonly #socket: MediaSocket;
  readonly #options: MediaDoorOptions;
  readonly #onOver: () => void;
  readonly #wire: Wire;
  readonly #rate: MessageRate;
  #model: ModelConnection | null;
  readonly #cancelStartLimit: () => void;
  #earlyModelEvents: ModelEvent[] | null = [];
  /** Messages that came between `start` and the call being open; null before and after. */
  #kept: TwilioMessage[] | null = null;
  #keptCharacters = 0;
  #start: StartMessage | null = null;
  #session: Session | null = null;
  #stopped = false;
  #over = false;
  #lastMessageAt: number;
  readonly #said = new Set<string>();

  /** `warm`: the model's line opens ahead of the `start`, which is the usual. */
  constructor(
    socket: MediaSocket,
    options: MediaDoorOptions,
    onOver: () => void,
    { warm = true, wire = UNCORKED }: { readonly warm?: boolean; readonly wire?: Wire } = {},
  ) {
    this.#socket = socket;
    this.#wire = wire;
    this.#options = options;
    this.#onOver = onOver;
    this.#lastMessageAt = options.clock.now();
    this.#rate = new MessageRate(this.#lastMessageAt);
    // The signature was valid: the model's line opens while Twilio sends `start` and we read the settings.
    this.#model = warm ? options.connectModel((event) => this.#onModelEvent(event)) : null;
    this.#cancelStartLimit = options.clock.after(START_LIMIT_MS, () => {
      if (this.#start === null) this.#refuse(POLICY, 'start_missing');
    });
    socket.on('message', (data, isBinary) => this.#onFrame(data, isBinary));
    socket.on('error', (error) => this.#onSocketError(error));
    socket.on('close', (code) => this.#onClose(code));
  }

  /** Closes a socket over which nothing has come for `limitMs`: the other side is gone without a word. */
  closeWhenQuiet(limitMs: number): void {
    if (this.#over || this.#options.clock.now() - this.#lastMessageAt < limitMs) return;
    this.#log('stream_quiet', {});
    this.#socket.terminate();
  }

  /** True until a valid `start` came, or the socket is done with. */
  get waitsForStart(): boolean {
    return this.#start === null && !this.#over;
  }

  /**
   * Counts a ping or pong; false when it is not to be answered any more. It is no sign of life: Twilio's audio is.
   */
  controlFrame(bytes: number): boolean {
    if (this.#over) return false;
    if (!this.#rate.admits(this.#options.clock.now(), bytes)) this.#cut('too_many_messages');
    else if (this.#isBackedUp()) this.#cut('line_backed_up');
    return !this.#over;
  }

  #isBackedUp(): boolean {
    return (this.#socket.bufferedAmount ?? 0) > MAX_BUFFERED_BYTES;
  }

  #onFrame(data: RawData, isBinary: boolean): void {
    if (this.#over) return;
    const now = this.#options.clock.now();
    this.#lastMessageAt = now;
    if (!this.#rate.admits(now, (data as Buffer).length)) return this.#cut('too_many_messages');
    if (isBinary) return this.#refuse(UNSUPPORTED, 'binary_frame');
    const message = readTwilioMessage((data as Buffer).toString('utf8'));
    if ('problem' in message) {
      if (message.problem === 'unknown_event') return this.#logOnce('stream_event_unknown');
      return this.#refuse(INVALID, message.problem);
    }
    if (message.event === 'connected') return;
    if (message.event === 'start') return this.#onStart(message);
    if (this.#start === null) return this.#logOnce('stream_message_before_start');
    if (message.streamSid !== this.#start.streamSid) return this.#logOnce('stream_sid_foreign');
    if (this.#kept !== null) this.#keep(this.#kept, message);
    else this.#deliver(message);
  }

  #keep(kept: TwilioMessage[], message: TwilioMessage): void {
    if (message.event === 'media') this.#keptCharacters += message.media.payload.length;
    if (kept.length < KEPT_MESSAGES && this.#keptCharacters <= KEPT_CHARACTERS) kept.push(message);
    else this.#refuse(OUR_FAULT, 'call_open_slow');
  }

  #onStart(message: StartMessage): void {
    if (this.#start !== null) return this.#logOnce('stream_started_twice');
    const format = message.start.mediaFormat;
    if (format !== undefined && (format.encoding !== 'audio/x-mulaw' || format.sampleRate !== 8000)) {
      return this.#refuse(POLICY, 'format_unsupported');
    }
    const token = message.start.customParameters['token'];
    if (token === undefined) return this.#refuse(POLICY, 'token_missing');
    this.#start = message;
    this.#kept = [];
    this.#cancelStartLimit();
    const { callSid } = message.start;
    this.#options.answer({ token, callSid }).then(
      (answered) => {
        if (answered === null) this.#refuse(POLICY, 'token_invalid');
        else this.#open(answered);
      },
      (error: unknown) => {
        this.#log('call_open_failed', { message: error instanceof Error ? error.message : String(error) });
        this.#refuse(OUR_FAULT, 'call_open_failed');
      },
    );
  }

  #open(answered: AnsweredCall): void {
    const start = this.#start as StartMessage;
    const { callSid } = start.start;
    const { plugins, toolbox, clock, rest, activeCalls } = this.#options;
    const { config, recorder } = answered;
    const { callId, businessId } = config.context;
    const model = (this.#model ??= this.#options.connectModel((event) => this.#onModelEvent(event)));
    const session = new Session({
      config,
      plugins,
      toolbox,
      clock,
      line: this.#line(start.streamSid),
      model,
      reconnectModel: (onEvent) => {
        const next = this.#options.connectModel(onEvent);
        next.configure(answered.modelSetup);
        return next;
      },
      hangUp: () => rest.hangUp({ accountSid: answered.accountSid, callSid }),
      recorder,
      log: (event, fields) => this.#options.log(event, { callSid, businessId, ...fields }),
      onDisposed: () => activeCalls.remove(callSid, session),
    });
    this.#session = session;
    activeCalls.add(callSid, { session, businessId, callId });
    model.configure(answered.modelSetup);
    session.start();
    for (const event of this.#earlyModelEvents ?? []) session.modelEvent(event);
    this.#earlyModelEvents = null;
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const message of kept) this.#deliver(message);
    if (this.#over) session.streamEnded(this.#stopped ? 'stop' : 'lost');
  }

  #deliver(message: TwilioMessage): void {
    const session = this.#session;
    switch (message.event) {
      case 'media':
        if (message.media.track === 'inbound') session?.callerAudio(message.media.payload);
        return;
      case 'mark':
        return session?.mark(message.mark.name);
      case 'dtmf':
        return session?.dtmf(message.dtmf.digit);
      case 'stop':
        this.#stopped = true;
        session?.streamEnded('stop');
        this.#socket.close(1000);
        return;
      case 'start':
      case 'connected':
        return;
    }
  }

  #onModelEvent(event: ModelEvent): void {
    if (this.#session !== null) this.#session.modelEvent(event);
    else this.#earlyModelEvents?.push(event);
  }

  #line(streamSid: string): MediaLine {
    const socket = this.#socket;
    return {
      sendAudio: (payload, mark) => {
        if (this.#isBackedUp()) return this.#cut('line_backed_up');
        this.#wire.cork();
        socket.send(mediaFor(streamSid, payload));
        socket.send(markFor(streamSid, mark));
        this.#wire.uncork();
      },
      clear: () => socket.send(clearFor(streamSid)),
      close: (reason) => socket.close(1000, reason),
    };
  }

  /** Closes with a reason, so that Twilio's own log says it too. */
  #refuse(code: number, reason: string): void {
    if (this.#over) return;
    this.#log('stream_refused', { reason });
    this.#letGo(code, reason);
  }

  /** Closes a peer that sends too much or reads nothing: not one byte more of it is read. */
  #cut(reason: string): void {
    if (this.#over) return;
    this.#log('stream_refused', { reason });
    this.#letGo(POLICY, reason);
    this.#socket.pause?.();
  }

  #onSocketError(error: Error): void {
    // Messages of `ws` itself say what was wrong with the frame.
    this.#log('stream_socket_error', { ...('code' in error ? { code: error.code } : {}), message: error.message });
    if (!this.#over) this.#letGo(POLICY, 'protocol_error');
  }

  #letGo(code: number, reason: string): void {
    this.#socket.close(code, reason);
    // A peer that ignores the close must not keep the call.
    this.#options.clock.after(CLOSE_LIMIT_MS, () => this.#socket.terminate());
    this.#end();
  }

  #onClose(code: number): void {
    if (!this.#over) this.#log('stream_closed', { code });
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelStartLimit();
    this.#onOver();
    // A call that is only being opened ends as soon as it is open; its model is not needed for that.
    if (this.#session === null) this.#model?.close();
    else this.#session.streamEnded(this.#stopped ? 'stop' : 'lost');
  }

  #logOnce(event: string): void {
    if (this.#said.has(event)) return;
    this.#said.add(event);
    this.#log(event, {});
  }

  #log(event: string, fields: Readonly<Record<string, unknown>>): void {
    const callSid = this.#start?.start.callSid;
    this.#options.log(event, { ...(callSid === undefined ? {} : { callSid }), ...fields });
  }
}
