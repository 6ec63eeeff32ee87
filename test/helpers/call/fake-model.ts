import { stamp } from '../../../sandbox/audio/watermark.ts';
import type { ModelCommand, ModelConnection, ModelEvent, ModelSetup } from '../../../voice/model/speech-model.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** A command the engine gave, and when. */
export type GivenCommand = ModelCommand & { readonly at: number };

/** How the model speaks a reply. */
export interface Speech {
  readonly text: string;
  /** Length of the audio. */
  readonly ms: number;
  /** Times faster than real time. Default 5. */
  readonly speed?: number;
  /** Tools called in the same response: [call id, name, JSON]. */
  readonly tools?: readonly (readonly [string, string, string])[];
  /** How the response ends. Default completed. */
  readonly status?: 'completed' | 'failed' | 'incomplete';
}

/** What became of a reply of the fake. */
export interface Reply {
  readonly responseId: string;
  readonly itemId: string;
  /** Watermark of its audio, by which the line tells what was heard of it. */
  readonly line: number;
  done: boolean;
  cancelled: boolean;
}

const CHUNK_MS = 100;
/** How long a cancelled response takes to say that it is over. */
const CANCEL_MS = 40;

/**
 * A speech model that a test drives. It refuses a second response while one is active, as the real one does, and
 * keeps every command.
 */
export class FakeModel implements ModelConnection {
  readonly commands: GivenCommand[] = [];
  setup: ModelSetup | null = null;
  closedAt: number | null = null;
  /** Caller audio that reached it, ms. */
  heardMs = 0;
  /** Base64 of that audio, in order. */
  readonly heard: string[] = [];
  /** Refusals of a second response: a well-behaved engine causes none. */
  refusals = 0;
  #lastItem: string | null = null;
  #replies = 0;
  #active: Reply | null = null;
  #open: string[] = [];
  readonly #planned: Speech[] = [];
  readonly #clock: VirtualClock;
  readonly #onEvent: (event: ModelEvent) => void;

  /** `after`: a line before this one, whose ids are not used again. */
  constructor(clock: VirtualClock, onEvent: (event: ModelEvent) => void, after?: FakeModel) {
    if (after !== undefined) this.#replies = after.#replies;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  configure(setup: ModelSetup): void {
    this.setup = setup;
  }

  send(command: ModelCommand): void {
    if (this.closedAt !== null) return;
    this.commands.push({ ...command, at: this.#clock.now() });
    switch (command.type) {
      case 'append':
        this.heardMs += Buffer.from(command.audio, 'base64').length / 8;
        this.heard.push(command.audio);
        return;
      case 'create_response':
        return this.#onCreate(command.eventId);
      case 'cancel_response':
        return this.#onCancel(command.responseId);
      case 'truncate':
      case 'delete_item':
      case 'tool_output':
      case 'add_message':
        return;
    }
  }

  close(): void {
    this.closedAt ??= this.#clock.now();
  }

  /** Commands of one kind, in order. */
  given<Type extends ModelCommand['type']>(
    type: Type,
  ): (Extract<ModelCommand, { type: Type }> & { readonly at: number })[] {
    return this.commands.filter((command): command is Extract<GivenCommand, { type: Type }> => command.type === type);
  }

  /** Requests for a response that have found no answer yet. */
  get unanswered(): number {
    return this.#open.length;
  }

  ready(): void {
    this.emit({ type: 'ready' });
  }

  /** Any event, as it comes off the wire; nothing once the engine closed the connection. */
  emit(event: ModelEvent): void {
    if (this.closedAt === null) this.#onEvent(event);
  }

  /** An item joined the conversation; returns the one before it. */
  join(itemId: string): string | null {
    const previous = this.#lastItem;
    this.#lastItem = itemId;
    return previous;
  }

  /** The next requests for a response are answered with these, in order. */
  willSay(...speeches: readonly Speech[]): void {
    this.#planned.push(...speeches);
    this.#answerNext();
  }

  /** Answers the request that is open. Throws when the engine asked for none. */
  says(speech: Speech): Reply {
    if (this.#open.shift() === undefined) throw new Error('the agent was not asked to speak');
    return this.#speak(speech);
  }

  /** The request that is open is accepted, and nothing more comes of it. */
  accepts(): Reply {
    if (this.#open.shift() === undefined) throw new Error('the agent was not asked to speak');
    return this.#begin();
  }

  #onCreate(eventId: string): void {
    if (this.#active !== null || this.#open.length > 0) {
      this.refusals++;
      const code = 'conversation_already_has_active_response';
      this.#later(5, () => this.emit({ type: 'error', code, message: code, eventId, permanent: false }));
      return;
    }
    this.#open.push(eventId);
    this.#later(0, () => this.#answerNext());
  }

  #answerNext(): void {
    const speech = this.#open.length > 0 ? this.#planned.shift() : undefined;
    if (speech !== undefined) this.says(speech);
  }

  #onCancel(responseId: string): void {
    const reply = this.#active;
    if (reply === null || reply.responseId !== responseId) return;
    reply.cancelled = true;
    this.#later(CANCEL_MS, () => this.#end(reply, 'cancelled'));
  }

  #begin(): Reply {
    const number = ++this.#replies;
    const reply: Reply = {
      responseId: `resp_${number}`,
      itemId: `agent_${number}`,
      line: number,
      done: false,
      cancelled: false,
    };
    this.#active = reply;
    this.emit({ type: 'response_created', responseId: reply.responseId });
    return reply;
  }

  #speak(speech: Speech): Reply {
    const reply = this.#begin();
    const { responseId, itemId, line } = reply;
    const audio = speechAudio(line, speech.ms);
    const unless = (run: () => void) => () => {
      if (!reply.cancelled) run();
    };
    if (speech.ms > 0) {
      this.join(itemId);
      this.emit({ type: 'item_added', responseId, itemId, kind: 'message' });
      this.emit({ type: 'words', responseId, itemId, delta: speech.text });
    }
    const chunkBytes = CHUNK_MS * 8;
    let wait = 0;
    for (let from = 0; from < audio.length; from += chunkBytes) {
      const chunk = audio.subarray(from, from + chunkBytes);
      this.#later(
        wait,
        unless(() => this.emit({ type: 'audio', responseId, itemId, contentIndex: 0, audio: chunk })),
      );
      wait += CHUNK_MS / (speech.speed ?? 5);
    }
    this.#later(
      wait,
      unless(() => {
        if (speech.ms > 0) {
          this.emit({ type: 'words_done', responseId, itemId, text: speech.text });
          this.emit({ type: 'audio_done', responseId, itemId });
        }
        for (const [callId, name, args] of speech.tools ?? []) {
          this.join(callId);
          this.emit({ type: 'tool_call', responseId, callId, name, args });
        }
        this.#end(reply, speech.status ?? 'completed');
      }),
    );
    return reply;
  }

  #end(reply: Reply, status: 'completed' | 'cancelled' | 'failed' | 'incomplete'): void {
    if (reply.done) return;
    reply.done = true;
    if (this.#active === reply) this.#active = null;
    this.emit({ type: 'response_done', responseId: reply.responseId, status, code: null, permanent: false });
  }

  #later(ms: number, run: () => void): void {
    this.#clock.after(ms, run);
  }
}

/** Audible μ-law of which every 20 ms frame says whose it is. */
function speechAudio(line: number, ms: number): Uint8Array {
  const audio = new Uint8Array(ms * 8).fill(0x20);
  for (let frame = 0; (frame + 1) * 160 <= audio.length; frame++)
    stamp(audio.subarray(frame * 160, (frame + 1) * 160), { line, frame });
  return audio;
}
