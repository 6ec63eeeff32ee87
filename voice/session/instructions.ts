/** What the system prompt is made of. */
export interface AgentFacts {
  readonly businessName: string;
  readonly agentName: string;
  /** The words in which the agent introduces itself; empty: its own. */
  readonly introduction?: string;
  /** English names of the languages the agent may go over to when asked. Undefined: whatever the caller asks for. */
  readonly languages?: readonly string[] | undefined;
  /** The business's own words on how to talk and what to know. */
  readonly prompt: string;
  /** Lines of facts about the business the agent may tell: address, telephone, … */
  readonly businessFacts: readonly string[];
  /** Plugins' parts, in their order; empty ones are left out. */
  readonly pluginParts: readonly string[];
  /** What is true of this very call alone (day and hour, open or closed): last, so that what comes before stays in the model's cache. */
  readonly moment?: readonly string[];
}

const MANNER = `You answer the telephone for an Israeli business. Speak Hebrew, naturally and warmly, in the first person masculine; {LANGUAGES}
Keep each turn to one or two short sentences: this is a telephone call, not an essay. Ask one thing at a time and let the caller talk.
Say numbers as a person would. Read telephone numbers back digit by digit.
Never invent prices, hours, availability or promises. When you do not know, say so and offer that someone will call back.
You are an AI agent; say so truthfully when asked.`;

/** The system prompt of a call. Fixed for the call's life, so that the model's cache serves every reply. */
export function agentInstructions(facts: AgentFacts): string {
  const who = facts.agentName === '' ? '' : ` Your name is ${facts.agentName}.`;
  const introduction = facts.introduction ?? '';
  const { moment = [] } = facts;
  const parts = [
    MANNER.replace('{LANGUAGES}', languageRule(facts.languages)),
    `The business is called "${facts.businessName}".${who}`,
    introduction === '' ? '' : `When you introduce yourself, say: «${introduction}»`,
    facts.businessFacts.length === 0
      ? ''
      : `Facts about the business:\n${facts.businessFacts.map((fact) => `- ${fact}`).join('\n')}`,
    facts.prompt === '' ? '' : `What the business asks of you:\n${facts.prompt}`,
    ...facts.pluginParts,
    moment.length === 0 ? '' : `At this moment:\n${moment.map((line) => `- ${line}`).join('\n')}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function languageRule(languages: readonly string[] | undefined): string {
  if (languages === undefined) return 'switch language only when the caller asks.';
  if (languages.length === 0) return 'speak no other language, even when the caller asks: say so kindly.';
  return `only when the caller asks, switch to ${languages.join(', ')}, and to no other language.`;
}
