import type { CallPlugin, CallerFrame } from '../plugin.ts';
import type { CallConfig } from './config.ts';
import type { Effect } from './effects.ts';
import type { CallEvent } from './events.ts';
import { type Playout, playedFrame } from './playout.ts';
import { PluginHost } from './plugin-host.ts';
import { type CallState, initialState, viewOf } from './state.ts';
import { step } from './step.ts';

/** A frame of the caller as plugins see it; the agent's own audio is looked up only for those that ask. */
class HeardFrame implements CallerFrame {
  readonly at: number;
  readonly level: number;
  readonly frame: Uint8Array;
  readonly #playout: Playout;

  constructor(event: Extract<CallEvent, { type: 'caller_audio' }>, playout: Playout) {
    this.at = event.at;
    this.level = event.level;
    this.frame = event.frame;
    this.#playout = playout;
  }

  get reference(): Uint8Array | null {
    return playedFrame(this.#playout, this.at);
  }
}

/** A plugin that answers its own command's notice with the same command again would never end. */
const MAX_ROUNDS = 200;

/**
 * A call: the state machine with its plugins. `handle` takes one event to its end, the plugins' commands and what
 * they cause included, and returns the effects in order. No clock, no socket: the shell feeds it and obeys.
 */
export class Call {
  #state: CallState;
  readonly #host: PluginHost;
  readonly #notes: Effect[] = [];

  constructor(options: {
    readonly config: CallConfig;
    readonly plugins: readonly CallPlugin[];
    readonly now: () => number;
  }) {
    this.#state = initialState(options.config);
    this.#host = new PluginHost({
      plugins: options.plugins,
      context: options.config.context,
      pluginSettings: options.config.pluginSettings,
      now: options.now,
      log: (effect) => this.#notes.push(effect),
    });
  }

  get state(): CallState {
    return this.#state;
  }

  handle(event: CallEvent): readonly Effect[] {
    const effects: Effect[] = [];
    const queue: CallEvent[] = [];
    // Plugins hear a frame before it is passed on, so that a hold or an interruption takes effect with it.
    if (event.type === 'caller_audio' && this.#state.phase !== 'ended') {
      const view = viewOf(this.#state, event.at);
      for (const { plugin, command } of this.#host.frame(new HeardFrame(event, this.#state.playout), view)) {
        queue.push({ type: 'command', at: event.at, plugin, command });
      }
    }
    queue.push(event);
    for (let round = 0; queue.length > 0; round++) {
      if (round === MAX_ROUNDS) {
        effects.push({ type: 'log', event: 'plugin_commands_endless', fields: { dropped: queue.length } });
        break;
      }
      const next = queue.shift() as CallEvent;
      const result = step(this.#state, next);
      this.#state = result.state;
      effects.push(...result.effects);
      for (const notice of result.notices) {
        for (const { plugin, command } of this.#host.notify(notice, viewOf(this.#state, event.at))) {
          queue.push({ type: 'command', at: event.at, plugin, command });
        }
      }
    }
    return this.#notes.length === 0 ? effects : [...effects, ...this.#notes.splice(0)];
  }
}
