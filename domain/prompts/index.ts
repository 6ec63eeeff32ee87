export { channels, isPromptChannel, PROMPT_CHANNELS, PROMPT_KEYS, type PromptChannel } from './channels.ts';
export { listPromptVersions, promptTexts, restorePrompt, type PromptVersion } from './versions.ts';
