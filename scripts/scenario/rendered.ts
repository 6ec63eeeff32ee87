import { readThroughRegistry, settingsRegistry } from '../../domain/settings/index.ts';
import { textsOfSources } from '../../domain/speech/index.ts';
import { createLog } from '../../platform/log.ts';
import { plugins } from '../../plugins/index.ts';
import { renderedLine } from '../../sandbox/audio/rendered.ts';
import { speechFrames } from '../../sandbox/audio/speech.ts';
import { sameWords } from '../../sandbox/script/progress.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import { ENGINE_TEXTS } from '../../voice/lines.ts';
import type { SpokenText } from '../../voice/session/config.ts';

export const BUSINESS_NAME = 'העסק';

/** What a scenario's business has set besides its own: a notice before every first word belongs to the files about it. */
export const SCENARIO_SETTINGS = { call_notice_enabled: false } as const;

/** The settings of the scenario's business: defaults, and over them its own. */
export function settingsOf(script: Script): Readonly<Record<string, unknown>> {
  const registry = settingsRegistry(plugins);
  return readThroughRegistry({ ...registry.defaults, ...SCENARIO_SETTINGS, ...script.settings }, registry);
}

/**
 * The sentences of the scenario's business as audio, by their words: none where the scenario does not say that they were
 * rendered. One that is an agent line of the conversation is heard as that line.
 */
export function renderedLines(script: Script, businessId: string): ReadonlyMap<string, SpokenText> {
  if (script.rendered_speech !== true) return new Map();
  const textsOf = textsOfSources(plugins, ENGINE_TEXTS, createLog({ level: 'silent' }));
  const texts = textsOf(settingsOf(script), { businessId, businessName: BUSINESS_NAME });
  return new Map(texts.map((text) => [text, { text, audio: spoken(script, text) }]));
}

function spoken(script: Script, text: string): Uint8Array {
  const entry = script.conversation.findIndex((line) => line.kind === 'agent' && sameWords(line.agent, text));
  const line = entry >= 0 ? entry : renderedLine(text);
  return Buffer.concat(speechFrames(text, { voice: 'agent', line }));
}
