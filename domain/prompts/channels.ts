/** Where the agent talks, and the setting that holds its prompt there. */
export const PROMPT_CHANNELS = {
  calls: 'prompt',
  outbound_calls: 'outbound_calls_prompt',
  whatsapp: 'whatsapp_prompt',
} as const;
export type PromptChannel = keyof typeof PROMPT_CHANNELS;
/** The settings that are prompts. */
export const PROMPT_KEYS: readonly string[] = Object.values(PROMPT_CHANNELS);

export function isPromptChannel(name: string): name is PromptChannel {
  return Object.hasOwn(PROMPT_CHANNELS, name);
}

export const channels = Object.keys(PROMPT_CHANNELS) as readonly PromptChannel[];
