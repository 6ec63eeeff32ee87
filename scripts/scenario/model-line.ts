import { RealtimeCore } from '../../sandbox/realtime/core.ts';
import type { Spoken } from '../../sandbox/realtime/world.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import type { Transport, TransportListener } from '../../voice/model/openai/protocol.ts';
import type { CallClock } from './clock.ts';
import type { Timeline } from './timeline.ts';

const SPEED = 5;

/** What was asked to be trimmed, and what the caller had heard of it by then. */
export interface ModelTruncate {
  readonly at: number;
  readonly itemId: string;
  readonly audioEndMs: number;
  /** Line index of the item's audio. */
  readonly line: number;
}

/** An item the model spoke, and how much of its line had been played before it. */
export interface SpokenItem extends Spoken {
  readonly playedBefore: number;
}

export interface ModelLineOptions {
  readonly clock: CallClock;
  readonly timeline: Timeline;
  readonly script: Script;
  /** One way between the server and the model, ms. */
  readonly latencyMs: number;
  /** What was played of a line so far, ms. */
  readonly playedOf: (line: number) => number;
}

/** The model double of one call: the sandbox's core, reached by the text frames of the real protocol. */
export class ModelLine {
  readonly items: SpokenItem[] = [];
  readonly truncates: ModelTruncate[] = [];
  /** Texts of what was heard of the caller, an utterance each. */
  readonly heard: string[] = [];
  /** Connections that have not been closed. */
  open = 0;
  readonly #options: ModelLineOptions;
  #handshakes = 0;
  #accepted = 0;

  constructor(options: ModelLineOptions) {
    this.#options = options;
  }

  /** Whether the handshake that comes now is to be refused. Asked once for each. */
  refusesNext(): boolean {
    const refusals = this.#options.script.model.refuse_connection ?? 0;
    return refusals === true || this.#handshakes++ < refusals;
  }

  /** Opens one connection, as `OpenAiProtocol` asks for it, or refuses it. */
  connect(model: string, listener: TransportListener): Transport {
    return this.#open(model, listener, this.refusesNext());
  }

  /** Takes up a connection whose handshake is done. */
  accept(model: string, listener: TransportListener): Transport {
    return this.#open(model, listener, false);
  }

  #open(model: string, listener: TransportListener, isRefused: boolean): Transport {
    const connection: { core: RealtimeCore | null; closed: boolean } = { core: null, closed: false };
    let cancelPump = () => {};
    let began = 0;
    this.open++;
    const close = (why: string) => {
      if (connection.closed) return;
      connection.closed = true;
      this.open--;
      cancelPump();
      this.#options.timeline.note('model_closed', why);
    };
    const breakOff = (code: string) => {
      if (connection.closed) return;
      close(code);
      this.#later(() => listener.broken(code));
    };
    const pump = () => {
      cancelPump();
      const { core } = connection;
      if (core === null || connection.closed) return;
      for (const output of core.takeDue(this.#options.clock.now() - began)) {
        if (output.kind === 'drop') breakOff('closed_1006');
        else if (output.kind === 'close') breakOff(`closed_${output.code}`);
        else {
          const text = output.kind === 'raw' ? output.text : JSON.stringify(output.event);
          if (output.kind === 'event') this.#see(core, output.event);
          this.#later(() => {
            if (!isOverForUs) listener.message(text);
          });
        }
      }
      const due = core.nextDueAt();
      if (due !== null) cancelPump = this.#options.clock.after(began + due - this.#options.clock.now(), pump);
    };
    // What the server ended it reads no more.
    let isOverForUs = false;
    const connectMs = this.#options.script.model.connect_ms ?? 0;
    const shakeHands = (run: () => void) =>
      connectMs === 0 ? this.#later(run) : void this.#options.clock.after(connectMs, () => this.#later(run));
    shakeHands(() => {
      if (connection.closed) return;
      if (isRefused) return breakOff('http_503');
      this.#options.timeline.note('model_open', model);
      began = this.#options.clock.now();
      const nth = ++this.#accepted;
      connection.core = new RealtimeCore({
        script: this.#options.script,
        model,
        speed: SPEED,
        connection: `${nth.toString(36)}x`,
        startedAt: 1_700_000_000,
        faulty: nth <= (this.#options.script.model.first_connections ?? Infinity),
      });
      pump();
    });
    return {
      isOpen: () => connection.core !== null && !connection.closed,
      send: (text) => {
        this.#later(() => {
          const { core } = connection;
          if (core === null || connection.closed) return;
          this.#note(text);
          core.receive(this.#options.clock.now() - began, text);
          pump();
        });
      },
      close: () => {
        isOverForUs = true;
        close('by the server');
      },
      terminate: () => {
        isOverForUs = true;
        close('cut by the server');
      },
    };
  }

  #later(run: () => void): void {
    const { clock, latencyMs } = this.#options;
    // Without a way to go the next thing must not overtake this one.
    if (latencyMs === 0) run();
    else clock.after(latencyMs, run);
  }

  /** What the engine told the model. */
  #note(text: string): void {
    if (text.startsWith('{"type":"input_audio_buffer.append"')) return;
    const event = JSON.parse(text) as Record<string, unknown>;
    switch (event['type']) {
      case 'response.create': {
        const { instructions = '' } = (event['response'] ?? {}) as { instructions?: string };
        return this.#options.timeline.note('response', instructions);
      }
      case 'response.cancel':
        return this.#options.timeline.note('cancel');
      case 'conversation.item.delete':
        return this.#options.timeline.note('delete_item', String(event['item_id']));
      case 'conversation.item.create': {
        const item = event['item'] as { type: string; role?: string; output?: string; content?: { text?: string }[] };
        if (item.type === 'function_call_output') return this.#options.timeline.note('tool_output', item.output ?? '');
        const text = (item.content ?? []).map((part) => part.text ?? '').join(' ');
        const speaker = item.role === 'assistant' ? 'agent' : item.role === 'user' ? 'caller' : 'note';
        return this.#options.timeline.note('history', `${speaker}: ${text}`, { speaker });
      }
      case 'conversation.item.truncate': {
        const itemId = String(event['item_id']);
        const audioEndMs = Number(event['audio_end_ms']);
        const line = this.items.findLast((item) => item.itemId === itemId)?.line ?? -1;
        this.truncates.push({ at: this.#options.clock.now(), itemId, audioEndMs, line });
        return this.#options.timeline.note('truncate', `at ${audioEndMs} ms of line ${line + 1}`, { audioEndMs, line });
      }
    }
  }

  /** What the model told the engine. */
  #see(core: RealtimeCore, event: { readonly type: string } & object): void {
    const known = core.spoken.filter((spoken) => !this.items.some((item) => item.itemId === spoken.itemId));
    for (const spoken of known) {
      this.items.push({ ...spoken, playedBefore: this.#options.playedOf(spoken.line) });
      if (spoken.tool !== null)
        this.#options.timeline.note('tool_call', `${spoken.tool} ${spoken.text}`, { tool: spoken.tool });
    }
    const fields = event as unknown as Record<string, unknown>;
    switch (event.type) {
      case 'error': {
        const { code, message } = fields['error'] as { code: string | null; message: string };
        return this.#options.timeline.note('model_error', `${code ?? ''}: ${message}`, { code });
      }
      case 'response.done': {
        const { status } = fields['response'] as { status: string };
        return this.#options.timeline.note('response_done', status, { status });
      }
      case 'response.output_item.done': {
        const item = fields['item'] as { type: string; id: string; name?: string; arguments?: string };
        const isSeen = this.items.some((spoken) => spoken.itemId === item.id);
        if (item.type === 'function_call' && !isSeen)
          this.#options.timeline.note('tool_call', `${item.name ?? ''} ${item.arguments ?? ''}`, { tool: item.name });
        return;
      }
      case 'input_audio_buffer.committed': {
        const { text } = core.heard.find(({ itemId }) => itemId === fields['item_id']) ?? { text: '' };
        this.heard.push(text);
        return this.#options.timeline.note('committed', text, { text });
      }
      case 'conversation.item.input_audio_transcription.completed':
        return this.#options.timeline.note('transcript', String(fields['transcript']), { text: fields['transcript'] });
      case 'conversation.item.input_audio_transcription.failed':
        return this.#options.timeline.note('transcript', '(failed)', { text: null });
    }
  }
}
