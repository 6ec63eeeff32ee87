import { z } from 'zod';
import type { ModelTool } from '../model/speech-model.ts';
import type { CallPlugin, Tool } from '../plugin.ts';
import type { CallConfig } from './config.ts';

/** The tools of all plugins, bound to their services once at start. */
export class Toolbox {
  readonly #tools = new Map<string, { readonly plugin: string; readonly tool: Tool }>();

  /** `ports` are the services that the plugins' tools ask for. */
  constructor(plugins: readonly CallPlugin[], ports: unknown) {
    for (const plugin of plugins) {
      // Sound: the composition root hands in ports that satisfy every plugin of the list.
      for (const tool of plugin.tools?.(ports as never) ?? [])
        this.#tools.set(tool.name, { plugin: plugin.name, tool });
    }
  }

  /** The functions offered to the model in one call, as JSON schema made for that call's settings. */
  offer(pluginSettings: CallConfig['pluginSettings']): readonly ModelTool[] {
    return [...this.#tools.values()].map(({ plugin, tool }) => ({
      name: tool.name,
      description: tool.description,
      parameters: z.toJSONSchema(tool.parameters(pluginSettings[plugin]), { io: 'input' }),
    }));
  }

  /**
   * Runs one tool the model called. `args` is JSON as the model wrote it.
   * Rejects with a message meant for the model: unknown tool, arguments that do not fit, deadline, or the tool's own.
   */
  async run(call: {
    readonly name: string;
    readonly args: string;
    readonly config: CallConfig;
    readonly after: (delayMs: number, run: () => void) => () => void;
    readonly signal: AbortSignal;
  }): Promise<unknown> {
    const known = this.#tools.get(call.name);
    if (known === undefined) throw new Error(`unknown tool ${call.name}`);
    const settings = call.config.pluginSettings[known.plugin];
    const args = parseArguments(known.tool, settings, call.args);
    const deadlineMs = known.tool.deadlineMs ?? call.config.timeouts.toolMs;
    const abort = new AbortController();
    let stop = () => {};
    let cancelDeadline = () => {};
    // A tool that ignores its signal is not waited for either.
    const late = new Promise<never>((_, reject) => {
      const give = (message: string) => {
        reject(new Error(message));
        abort.abort();
      };
      stop = () => give('the call is over');
      cancelDeadline = call.after(deadlineMs, () => give(`no answer within ${deadlineMs} ms`));
    });
    call.signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([
        known.tool.run(args, { context: call.config.context, settings, signal: abort.signal }),
        late,
      ]);
    } finally {
      cancelDeadline();
      call.signal.removeEventListener('abort', stop);
    }
  }
}

function parseArguments(tool: Tool, settings: unknown, json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json === '' ? '{}' : json);
  } catch {
    throw new Error('the arguments are not valid JSON');
  }
  const parsed = tool.parameters(settings).safeParse(value);
  if (!parsed.success) throw new Error(`the arguments do not fit: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
