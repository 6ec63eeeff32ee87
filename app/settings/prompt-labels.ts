import type { PromptChannel } from '../../domain/prompts/index.ts';

/** Where the agent talks. */
export const PROMPT_LABELS: Readonly<Record<PromptChannel, string>> = {
  calls: 'שיחות נכנסות',
  outbound_calls: 'שיחות יוצאות',
  whatsapp: 'WhatsApp',
};
