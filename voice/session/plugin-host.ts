import type { CallContext, CallPlugin, CallView, CallerFrame, Command, Commands, Hooks } from '../plugin.ts';
import { checkHooks } from '../plugin-check.ts';
import type { Effect, Notice } from './effects.ts';

/** A hook longer than this is slow: three 20 ms frames' worth of slowness would be heard. */
export const SLOW_HOOK_MS = 5;
/** A plugin this often slow is dropped for the call. */
export const SLOW_HOOKS_ALLOWED = 3;

/** A command and the plugin that gave it. */
export interface PluginCommand {
  readonly plugin: string;
  readonly command: Command;
}

interface Member {
  readonly name: string;
  readonly hooks: Hooks;
  readonly mayHold: boolean;
  readonly timers: Set<string>;
  slow: number;
}

/**
 * The plugins of one call, in the order of the list. Tells them what happened and collects their commands.
 * A plugin that throws, or is slow three times, is dropped for this call with its timers and holds released;
 * the others and the call go on.
 */
export class PluginHost {
  readonly #members: Member[] = [];
  readonly #now: () => number;
  readonly #log: (effect: Extract<Effect, { type: 'log' }>) => void;
  #wantsFrames: readonly Member[] = [];

  /** `now` is a monotonic clock in ms, used only to measure hooks; `pluginSettings` is plugin name → parsed settings. */
  constructor(options: {
    readonly plugins: readonly CallPlugin[];
    readonly context: CallContext;
    readonly pluginSettings: Readonly<Record<string, unknown>>;
    readonly now: () => number;
    readonly log: (effect: Extract<Effect, { type: 'log' }>) => void;
  }) {
    this.#now = options.now;
    this.#log = options.log;
    for (const plugin of options.plugins) {
      if (plugin.call === undefined) continue;
      try {
        const hooks = plugin.call(options.pluginSettings[plugin.name], options.context);
        checkHooks(plugin.name, hooks);
        const mayHold = plugin.mayHoldCallerAudio ?? false;
        this.#members.push({ name: plugin.name, hooks, mayHold, timers: new Set(), slow: 0 });
      } catch (error) {
        this.#report(plugin.name, 'call', error);
      }
    }
    this.#refreshFrameList();
  }

  /** The plugins' answer to a frame of the caller, before it is passed on. */
  frame(frame: CallerFrame, view: CallView): readonly PluginCommand[] {
    if (this.#wantsFrames.length === 0) return NO_COMMANDS;
    let commands: PluginCommand[] | null = null;
    for (const member of this.#wantsFrames) {
      const answer = this.#run(member, 'onCallerFrame', () => member.hooks.onCallerFrame?.(frame, view));
      if (answer.length > 0) commands = [...(commands ?? []), ...answer];
    }
    return commands ?? NO_COMMANDS;
  }

  /** The plugins' answer to something that happened. */
  notify(notice: Notice, view: CallView): readonly PluginCommand[] {
    const commands: PluginCommand[] = [];
    for (const member of [...this.#members]) {
      if (notice.only !== undefined && notice.only !== member.name) continue;
      commands.push(...this.#run(member, notice.hook, () => callHook(member.hooks, notice, view)));
    }
    return commands;
  }

  #run(member: Member, hook: string, call: () => Commands): readonly PluginCommand[] {
    const startedAt = this.#now();
    let answer: Commands;
    try {
      answer = call();
    } catch (error) {
      this.#report(member.name, hook, error);
      return this.#drop(member);
    }
    const durationMs = this.#now() - startedAt;
    if (durationMs > SLOW_HOOK_MS) {
      member.slow++;
      this.#log({ type: 'log', event: 'plugin_slow', fields: { plugin: member.name, hook, durationMs } });
      if (member.slow >= SLOW_HOOKS_ALLOWED) return this.#drop(member);
    }
    if (answer === undefined || answer.length === 0) return NO_COMMANDS;
    const commands: PluginCommand[] = [];
    for (const command of answer) {
      if (command.type === 'hold_caller_audio' && !member.mayHold) {
        this.#log({ type: 'log', event: 'plugin_may_not_hold', fields: { plugin: member.name } });
        continue;
      }
      if (command.type === 'start_timer') member.timers.add(command.id);
      commands.push({ plugin: member.name, command });
    }
    return commands;
  }

  #drop(member: Member): readonly PluginCommand[] {
    this.#members.splice(this.#members.indexOf(member), 1);
    this.#refreshFrameList();
    this.#log({ type: 'log', event: 'plugin_dropped', fields: { plugin: member.name } });
    const commands: Command[] = [...member.timers].map((id) => ({ type: 'cancel_timer', id }));
    commands.push({ type: 'release_caller_audio' }, { type: 'resume_playout' });
    return commands.map((command) => ({ plugin: member.name, command }));
  }

  #refreshFrameList(): void {
    this.#wantsFrames = this.#members.filter((member) => member.hooks.onCallerFrame !== undefined);
  }

  #report(plugin: string, hook: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#log({ type: 'log', event: 'plugin_failed', fields: { plugin, hook, message } });
  }
}

const NO_COMMANDS: readonly PluginCommand[] = [];

function callHook(hooks: Hooks, notice: Notice, view: CallView): Commands {
  // Sound: a notice pairs each hook's name with that hook's own arguments.
  const call = hooks as Readonly<Record<string, ((...args: readonly unknown[]) => Commands) | undefined>>;
  return call[notice.hook]?.(...notice.args, view);
}
