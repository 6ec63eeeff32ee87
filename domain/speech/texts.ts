import type { z } from 'zod';
import { logEvent, type Log } from '../../platform/log.ts';
import type { BusinessContext } from '../../voice/plugin.ts';
import type { Settings } from '../settings/types.ts';

/** Somebody who may say sentences word for word: a call plugin fits as it is. */
export interface LineSource {
  readonly name: string;
  readonly settings: z.ZodObject<z.ZodRawShape>;
  lines?(settings: unknown, business: BusinessContext): readonly string[];
}

/**
 * Characters of a sentence that is rendered; a longer one is spoken by the model when it is due. The longest notice and
 * the longest greeting fit, which are one sentence.
 */
const LONGEST = 720;
/** Sentences of one business. Each is rendered, stored, and held in memory while its calls come in. */
const MOST = 60;

/** The sentences a business's calls may need at once, in the order in which they are worth rendering. */
export type TextsOf = (settings: Settings, business: BusinessContext) => readonly string[];

/**
 * What the plugins say under a business's settings (the greeting first), then `engineTexts`. A plugin that throws is
 * logged and costs its own sentences alone.
 */
export function textsOfSources(sources: readonly LineSource[], engineTexts: readonly string[], log: Log): TextsOf {
  return (settings, business) =>
    neededTexts(sources, engineTexts, settings, business, (plugin, err) =>
      logEvent(log, 'plugin_lines_failed', { plugin, businessId: business.businessId, err }, 'error'),
    );
}

function neededTexts(
  sources: readonly LineSource[],
  engineTexts: readonly string[],
  settings: Settings,
  business: BusinessContext,
  onFailure: (source: string, error: unknown) => void,
): readonly string[] {
  const texts = new Set<string>();
  for (const source of sources) {
    try {
      for (const text of linesOf(source, settings, business)) texts.add(text);
    } catch (error) {
      onFailure(source.name, error);
    }
  }
  for (const text of engineTexts) texts.add(text);
  return [...texts].filter((text) => text.trim() !== '' && text.length <= LONGEST).slice(0, MOST);
}

function linesOf(source: LineSource, settings: Settings, business: BusinessContext): readonly string[] {
  if (source.lines === undefined) return [];
  const own = Object.fromEntries(Object.keys(source.settings.shape).map((key) => [key, settings[key]]));
  return source.lines(source.settings.parse(own), business);
}
