import { expect } from 'vitest';
import type { ModelCommand, ModelEvent } from '../../../voice/model/speech-model.ts';
import type { Effect } from '../../../voice/session/effects.ts';
import type { CallEvent } from '../../../voice/session/events.ts';
import { type CallState, initialState } from '../../../voice/session/state.ts';
import { step } from '../../../voice/session/step.ts';
import { callConfig } from '../../helpers/call-harness.ts';

/** How the model takes a request for a response. */
export type Fate = 'speaks' | 'calls_tool' | 'fails' | 'stays_silent' | 'never_answers';

/** What is left of an event when its time is not known yet. */
export type Untimed = CallEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'at'> : never) : never;

interface Due {
  readonly at: number;
  readonly order: number;
  readonly event: () => Untimed | null;
}

/** Effects that may still be seen once the call is settled. */
const AFTER_SETTLED: ReadonlySet<Effect['type']> = new Set(['log', 'set_timer', 'clear_timer', 'close_stream']);

/**
 * `step` with its effects carried out by a simulated world, every promise of the engine checked after each step.
 * `fates` says how the model takes its requests, `delays` how long each answer takes; both go round.
 */
export class StepRig {
  state: CallState = initialState(callConfig());
  at = 0;
  readonly ends: string[] = [];
  settled = 0;
  /** The response the model works on; its end has not reached the engine. */
  active: string | null = null;
  readonly #fates: readonly Fate[];
  readonly #delays: readonly number[];
  readonly #timers = new Map<string, number>();
  readonly #received = new Map<string, number>();
  readonly #world: Due[] = [];
  #responses = 0;
  #order = 0;

  constructor(fates: readonly Fate[], delays: readonly number[]) {
    this.#fates = fates;
    this.#delays = delays;
    this.feed({ type: 'stream_started' });
  }

  feed(untimed: Untimed): void {
    // Sound: `at` is what `Untimed` leaves out.
    const event = { ...untimed, at: this.at } as CallEvent;
    const wasSettled = this.settled > 0;
    this.#note(event);
    const { state, effects } = step(this.state, event);
    this.state = state;
    for (const effect of effects) {
      if (wasSettled) expect(AFTER_SETTLED, `${event.type} after the end caused ${effect.type}`).toContain(effect.type);
      this.#perform(effect);
    }
  }

  model(event: ModelEvent): void {
    this.feed({ type: 'model', event });
  }

  /** Lets `ms` pass: timers and answers come when they are due. */
  pass(ms: number): void {
    const end = this.at + ms;
    for (let guard = 0; guard < 5000; guard++) {
      const timer = [...this.#timers].sort((a, b) => a[1] - b[1])[0];
      const answer = [...this.#world].sort((a, b) => a.at - b.at || a.order - b.order)[0];
      const next = Math.min(timer?.[1] ?? Infinity, answer?.at ?? Infinity);
      if (next > end) {
        this.at = end;
        return;
      }
      this.at = Math.max(this.at, next);
      if (answer !== undefined && answer.at === next) {
        this.#world.splice(this.#world.indexOf(answer), 1);
        const event = answer.event();
        if (event !== null) this.feed(event);
      } else if (timer !== undefined) {
        this.#timers.delete(timer[0]);
        this.feed({ type: 'timer', id: timer[0] });
      }
    }
    throw new Error('the call never comes to rest');
  }

  get openTimers(): readonly string[] {
    return [...this.#timers.keys()];
  }

  #note(event: CallEvent): void {
    if (event.type !== 'model') return;
    if (event.event.type === 'audio') {
      const { itemId, audio } = event.event;
      this.#received.set(itemId, (this.#received.get(itemId) ?? 0) + audio.length / 8);
    }
    if (event.event.type === 'closed') this.#forgetLine();
    if (event.event.type === 'response_done' && event.event.responseId === this.active) this.active = null;
  }

  /** The line to the model is gone: its response ends with it, and its items can no more be trimmed. */
  #forgetLine(): void {
    this.active = null;
    this.#received.clear();
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'set_timer':
        this.#timers.set(effect.id, Math.max(this.at, effect.dueAt));
        return;
      case 'clear_timer':
        this.#timers.delete(effect.id);
        return;
      case 'send_audio':
        for (const { mark } of effect.messages) this.#soon(() => ({ type: 'mark', name: mark }));
        return;
      case 'run_tool': {
        const { callId, name } = effect;
        this.#soon(() => ({ type: 'tool_result', callId, name, result: { ok: true }, failure: null }));
        return;
      }
      case 'hang_up': {
        const outcome = (['done', 'failed', 'gone', 'failed', 'failed'] as const)[this.#order % 5] ?? 'done';
        this.#soon(() => ({ type: 'hang_up_result', outcome }));
        return;
      }
      case 'call_ended':
        this.ends.push(effect.reason);
        expect(this.ends).toHaveLength(1);
        return;
      case 'transcripts_settled':
        this.settled++;
        expect(this.settled).toBe(1);
        expect(this.ends).toHaveLength(1);
        return;
      case 'model':
        return this.#command(effect.command);
      case 'reconnect_model': {
        this.#forgetLine();
        const isOpen = this.#order % 3 !== 0;
        const event = isOpen ? ({ type: 'ready' } as const) : ({ type: 'closed', code: 'http_503' } as const);
        this.#later(this.#delay(), () => ({ type: 'model', event }));
        return;
      }
      case 'alert':
      case 'side_event':
      case 'caller_opted_out':
      case 'usage':
      case 'clear_line':
      case 'close_model':
      case 'close_stream':
      case 'save_turns':
      case 'log':
        return;
    }
  }

  #command(command: ModelCommand): void {
    switch (command.type) {
      case 'create_response':
        expect(this.active, 'a second response was asked for').toBeNull();
        return this.#respond();
      case 'cancel_response':
        return this.#later(this.#delay(), () => this.#done(command.responseId, 'cancelled'));
      case 'truncate':
        expect(command.audioEndMs).toBeGreaterThan(0);
        expect(command.audioEndMs).toBeLessThanOrEqual(this.#received.get(command.itemId) ?? 0);
        return;
      case 'append':
      case 'add_message':
      case 'delete_item':
      case 'tool_output':
        return;
    }
  }

  #respond(): void {
    const fate = this.#fates[this.#responses % this.#fates.length] ?? 'speaks';
    const responseId = `resp_${++this.#responses}`;
    if (fate === 'never_answers') return;
    const itemId = `agent_${this.#responses}`;
    this.active = responseId;
    const say = (wait: number, event: ModelEvent) =>
      this.#later(wait, () => (this.active === responseId ? { type: 'model', event } : null));
    let wait = this.#delay();
    say(wait, { type: 'response_created', responseId });
    if (fate === 'stays_silent') return;
    say(wait, { type: 'item_added', responseId, itemId, kind: 'message' });
    say(wait, { type: 'words', responseId, itemId, delta: 'שלום וברכה לכולם' });
    for (let chunk = 0; chunk < 1 + (this.#responses % 5); chunk++) {
      wait += this.#delay() / 4;
      say(wait, { type: 'audio', responseId, itemId, contentIndex: 0, audio: new Uint8Array(2000) });
    }
    // Not every time: a model that calls on and on never comes to rest.
    if (fate === 'calls_tool' && this.#responses % 2 === 1) {
      for (const callId of [`tool_${responseId}_a`, `tool_${responseId}_b`]) {
        say(wait, { type: 'tool_call', responseId, callId, name: 'save', args: '{}' });
      }
    }
    this.#later(wait + this.#delay() / 2, () => this.#done(responseId, fate === 'fails' ? 'failed' : 'completed'));
  }

  #done(responseId: string, status: 'completed' | 'cancelled' | 'failed'): Untimed | null {
    if (this.active !== responseId) return null;
    return { type: 'model', event: { type: 'response_done', responseId, status, code: null, permanent: false } };
  }

  #delay(): number {
    return this.#delays[this.#order % this.#delays.length] ?? 50;
  }

  #soon(event: () => Untimed): void {
    this.#later(this.#delay(), event);
  }

  #later(ms: number, event: () => Untimed | null): void {
    this.#world.push({ at: this.at + ms, order: this.#order++, event });
  }
}
