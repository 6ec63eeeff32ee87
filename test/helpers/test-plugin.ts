import { z } from 'zod';
import type { CallPlugin, Hooks, Tool } from '../../voice/plugin.ts';
import { definePlugin } from '../../voice/plugin.ts';

/** A plugin of these hooks and tools, without settings. */
export function testPlugin(
  name: string,
  hooks: Hooks,
  options: { readonly tools?: readonly Tool[]; readonly mayHoldCallerAudio?: boolean } = {},
): CallPlugin {
  const { tools = [], mayHoldCallerAudio = false } = options;
  return definePlugin({
    name,
    settings: z.object({}),
    mayHoldCallerAudio,
    card: { tab: 'ai', title: name },
    fields: {},
    tools: () => tools,
    call: () => hooks,
  });
}

/** Ends the call when the caller says «ביי»; `say` is spoken after the agent's turn in the air. */
export function goodbyePlugin(say?: string): CallPlugin {
  return testPlugin('goodbye', {
    onCallerTurn: ({ text }) =>
      text === 'ביי' ? [{ type: 'end_call', reason: 'user_goodbye', ...(say === undefined ? {} : { say }) }] : [],
  });
}
