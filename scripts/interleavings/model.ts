import type { SessionClock } from '../../voice/session/session.ts';
import type { ModelCommand, ModelConnection, ModelEvent, ModelSetup } from '../../voice/model/speech-model.ts';
import { AGENT_WORDS, type CancelPlan, type ConnectionPlan, type ReplyPlan } from './plan.ts';

type Speaks = Extract<ReplyPlan, { outcome: 'speaks' }>;

interface Active {
  readonly responseId: string;
  readonly cancel: CancelPlan;
  cancelled: boolean;
  done: boolean;
}

interface Item {
  /** Audio that left for the engine, ms. */
  generatedMs: number;
  /** What the model still holds of it after it was trimmed; null before. */
  keptMs: number | null;
}

export interface UnrulyModelOptions {
  readonly clock: SessionClock;
  readonly onEvent: (event: ModelEvent) => void;
  readonly plan: ConnectionPlan;
  readonly nextReply: () => ReplyPlan;
  /** Ids of a call are used once, whichever connection they are of. */
  readonly nextNumber: () => number;
  /** Milliseconds of an item's audio that were sent to the line. */
  readonly sentMsOf: (number: number) => number;
  /** Told what an engine that keeps the rules never does. */
  readonly find: (finding: string) => void;
}

const UNASKED_ITEM = 'agent_0';
const UNASKED_MS = 100;

/** One line to a model that keeps the vendor's rules, takes its time, fails as planned, and watches ours. */
export class UnrulyModel implements ModelConnection {
  closed = false;
  heardMs = 0;
  readonly #options: UnrulyModelOptions;
  readonly #items = new Map<string, Item>();
  readonly #toolCalls = new Map<string, 'open' | 'answered'>();
  /** Requests whose response has not been created. */
  #requested = 0;
  #active: Active | null = null;
  #lastItem: string | null = null;
  #ready = false;

  constructor(options: UnrulyModelOptions) {
    this.#options = options;
  }

  configure(_setup: ModelSetup): void {
    this.open();
  }

  /** The connection begins; called once. */
  open(): void {
    const { plan } = this.#options;
    if (plan.outcome === 'never') return;
    this.#later(plan.ms, () => {
      if (plan.outcome === 'closed') return this.drop('http_503', plan.permanent);
      this.#ready = true;
      this.emit({ type: 'ready' });
      if (plan.dropsAfterMs !== null) this.#later(plan.dropsAfterMs, () => this.drop());
    });
  }

  get isReady(): boolean {
    return this.#ready && !this.closed;
  }

  /** The network or the vendor ends it. */
  drop(code = 'closed_1006', permanent = false): void {
    if (this.closed) return;
    this.emit({ type: 'closed', code, permanent });
    this.closed = true;
  }

  close(): void {
    this.closed = true;
  }

  emit(event: ModelEvent): void {
    if (!this.closed) this.#options.onEvent(event);
  }

  /** A piece of audio of a response nobody knows. */
  speakUnasked(): void {
    const item = this.#items.get(UNASKED_ITEM) ?? { generatedMs: 0, keptMs: null };
    this.#items.set(UNASKED_ITEM, { ...item, generatedMs: item.generatedMs + UNASKED_MS });
    const audio = voiceOf(0, UNASKED_MS);
    this.emit({ type: 'audio', responseId: 'resp_x', itemId: UNASKED_ITEM, contentIndex: 0, audio });
  }

  /** A tool call that is made outside of a response. */
  allowTool(callId: string): void {
    if (!this.#toolCalls.has(callId)) this.#toolCalls.set(callId, 'open');
  }

  /** An item joins the conversation; returns the one before it. */
  join(itemId: string): string | null {
    const previous = this.#lastItem;
    this.#lastItem = itemId;
    return previous;
  }

  send(command: ModelCommand): void {
    if (this.closed) return;
    const { find } = this.#options;
    if (!this.#ready) find(`${command.type} before the model is ready`);
    switch (command.type) {
      case 'append':
        this.heardMs += Buffer.from(command.audio, 'base64').length / 8;
        return;
      case 'create_response':
        return this.#onCreate(command.eventId);
      case 'cancel_response':
        return this.#onCancel(command.responseId);
      case 'truncate':
        return this.#onTruncate(command);
      case 'tool_output': {
        const call = this.#toolCalls.get(command.callId);
        if (call === undefined) find('a result of a tool that was never called');
        if (call === 'answered') find('a second result of one tool call');
        this.#toolCalls.set(command.callId, 'answered');
        return;
      }
      case 'add_message':
        if (command.itemId.length > 32) find('an item id of more than 32 characters');
        return;
      case 'delete_item':
        return;
    }
  }

  #onCreate(eventId: string): void {
    if (this.#active !== null || this.#requested > 0) {
      this.#options.find('a second response while one is active');
      const code = 'conversation_already_has_active_response';
      return this.#later(0, () => this.emit({ type: 'error', code, message: code, eventId, permanent: false }));
    }
    const plan = this.#options.nextReply();
    if (plan.outcome === 'ignored') return;
    if (plan.outcome === 'refused') {
      const code = plan.permanent ? 'insufficient_quota' : 'server_error';
      return this.#later(plan.ms, () =>
        this.emit({ type: 'error', code, message: code, eventId, permanent: plan.permanent }),
      );
    }
    this.#requested++;
    this.#later(plan.beginMs, () => this.#begin(plan));
  }

  #begin(plan: Speaks): void {
    this.#requested--;
    const number = this.#options.nextNumber();
    const active: Active = { responseId: `resp_${number}`, cancel: plan.cancel, cancelled: false, done: false };
    this.#active = active;
    this.emit({ type: 'response_created', responseId: active.responseId });
    this.#later(plan.beginMs, () => this.#speak(plan, active, number));
  }

  #speak(plan: Speaks, active: Active, number: number): void {
    const { responseId } = active;
    const unless = (run: () => void) => () => {
      if (!active.done && (!active.cancelled || active.cancel.lateAudio)) run();
    };
    const itemId = `agent_${number}`;
    let wait = 0;
    if (plan.audioMs > 0) {
      unless(() => {
        const item: Item = { generatedMs: 0, keptMs: null };
        this.#items.set(itemId, item);
        this.join(itemId);
        this.emit({ type: 'item_added', responseId, itemId, kind: 'message' });
        this.emit({ type: 'words', responseId, itemId, delta: AGENT_WORDS[plan.words] ?? '' });
      })();
      const until = plan.stalls ? plan.audioMs / 2 : plan.audioMs;
      for (let from = 0; from < until; from += plan.chunkMs) {
        const ms = Math.min(plan.chunkMs, plan.audioMs - from);
        this.#later(
          wait,
          unless(() => {
            const item = this.#items.get(itemId);
            if (item !== undefined) item.generatedMs += ms;
            this.emit({ type: 'audio', responseId, itemId, contentIndex: 0, audio: voiceOf(number, ms) });
          }),
        );
        wait += plan.chunkMs / plan.speed;
      }
    }
    if (plan.stalls) return;
    this.#later(
      wait,
      unless(() => {
        if (plan.audioMs > 0) {
          this.emit({ type: 'words_done', responseId, itemId, text: AGENT_WORDS[plan.words] ?? '' });
          this.emit({ type: 'audio_done', responseId, itemId });
        }
        if (active.cancelled) return;
        for (const tool of plan.tools) this.#callTool(responseId, tool);
        this.#end(active, plan.status);
      }),
    );
  }

  #callTool(responseId: string, tool: Speaks['tools'][number]): void {
    const callId = `tool_${this.#options.nextNumber()}`;
    this.#toolCalls.set(callId, 'open');
    this.join(callId);
    const [name, args] =
      tool === 'unknown'
        ? ['no_such_tool', '{}']
        : ['save_lead_details', tool === 'save' ? '{"name":"דנה","confirmed":true}' : '{"name":'];
    this.emit({ type: 'tool_call', responseId, callId, name, args });
  }

  #onCancel(responseId: string): void {
    const active = this.#active;
    if (active === null || active.responseId !== responseId || active.cancelled) return;
    active.cancelled = true;
    this.#later(active.cancel.ms, () => this.#end(active, 'cancelled'));
  }

  #end(active: Active, status: 'completed' | 'cancelled' | 'failed' | 'incomplete'): void {
    if (active.done) return;
    active.done = true;
    if (this.#active === active) this.#active = null;
    this.emit({ type: 'response_done', responseId: active.responseId, status, code: null, permanent: false });
  }

  #onTruncate({ itemId, audioEndMs }: Extract<ModelCommand, { type: 'truncate' }>): void {
    const { find, sentMsOf } = this.#options;
    const item = this.#items.get(itemId);
    if (item === undefined) return find('a truncate of an item that is not of this line');
    if (audioEndMs <= 0) find('a truncate at nothing, which the model refuses');
    const most = item.keptMs ?? item.generatedMs;
    if (audioEndMs > most) find(`a truncate beyond what was received (${audioEndMs} of ${most} ms)`);
    const sent = sentMsOf(Number(itemId.slice('agent_'.length)));
    if (audioEndMs > sent) find(`a truncate beyond what was sent to the line (${audioEndMs} of ${sent} ms)`);
    item.keptMs = audioEndMs;
  }

  #later(ms: number, run: () => void): void {
    this.#options.clock.after(ms, () => {
      if (!this.closed) run();
    });
  }
}

/** Audible μ-law of which every byte says whose it is; 0x00–0x6f is loud. */
function voiceOf(number: number, ms: number): Uint8Array {
  return new Uint8Array(Math.round(ms * 8)).fill(number % 0x70);
}

/** Whose audio this is, by its number; null for any other. */
export function speakerOf(byte: number | undefined): number | null {
  return byte !== undefined && byte < 0x70 ? byte : null;
}
