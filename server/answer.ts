import { type CallSetup, loadCallSetup, takeStream } from '../domain/calls/index.ts';
import { hoursPolicy, tellHours } from '../domain/hours/index.ts';
import { isDialable } from '../domain/phone/index.ts';
import { languageNames, type SettingsRegistry } from '../domain/settings/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { CallContext, CallPlugin } from '../voice/plugin.ts';
import type { SpokenText } from '../voice/session/config.ts';
import { type CallTimeouts, DEFAULT_TIMEOUTS } from '../voice/session/limits.ts';
import { agentInstructions } from '../voice/session/instructions.ts';
import type { CallRecorder } from '../voice/session/session.ts';
import type { Toolbox } from '../voice/session/toolbox.ts';
import type { AnsweredCall, MediaDoorOptions } from '../voice/twilio/media-options.ts';

export interface AnswerOptions {
  readonly db: Database;
  readonly registry: SettingsRegistry;
  readonly plugins: readonly CallPlugin[];
  readonly toolbox: Toolbox;
  readonly apology: SpokenText;
  readonly timeouts: CallTimeouts;
  /** What the call can say at once. */
  readonly linesOf: (setup: CallSetup) => Promise<ReadonlyMap<string, SpokenText>>;
  readonly lastResort: ReadonlyMap<string, SpokenText>;
  /** A call's stream has begun; returns at once. */
  readonly onAnswered?: (setup: CallSetup) => void;
  readonly recorderFor: (call: {
    readonly businessId: string;
    readonly callId: string;
    readonly callSid: string;
    readonly hasAlerts: boolean;
    /** The number at the other end is withheld. */
    readonly withoutNumber: boolean;
  }) => CallRecorder;
}

/** Opens a call for a stream that shows a valid token: its settings are read once, here, and never again. */
export function answerCalls(options: AnswerOptions): MediaDoorOptions['answer'] {
  const { db, registry, plugins, toolbox, apology, timeouts, lastResort } = options;
  return async ({ token, callSid }): Promise<AnsweredCall | null> => {
    const taken = await takeStream(db, token, callSid);
    if (taken === null) return null;
    const { businessId, callId } = taken;
    const setup = await loadCallSetup(db, businessId, callId, registry);
    options.onAnswered?.(setup);
    const { hasAlerts, direction, from, to } = setup;
    const withoutNumber = !isDialable(direction === 'inbound' ? from : to);
    return answeredCall(setup, {
      plugins,
      toolbox,
      apology,
      timeouts,
      lines: await options.linesOf(setup),
      lastResort,
      recorder: options.recorderFor({ businessId, callId, callSid, hasAlerts, withoutNumber }),
    });
  };
}

/** What a call begins with, out of its setup: context, settings by plugin, the model's instructions and tools. */
export function answeredCall(
  setup: Omit<CallSetup, 'rendered' | 'hasAlerts'>,
  parts: Pick<AnswerOptions, 'plugins' | 'toolbox' | 'apology'> & {
    readonly recorder: CallRecorder;
    /** Default: {@link DEFAULT_TIMEOUTS}. */
    readonly timeouts?: CallTimeouts;
    /** What can be said at once. Default: nothing. */
    readonly lines?: ReadonlyMap<string, SpokenText>;
    readonly lastResort?: ReadonlyMap<string, SpokenText>;
  },
): AnsweredCall {
  const { plugins, toolbox, apology, recorder } = parts;
  const { business, settings, callId, callSid } = setup;
  const context: CallContext = {
    callId,
    businessId: business.id,
    businessName: business.name,
    direction: setup.direction,
    fromNumber: setup.from,
    toNumber: setup.to,
  };
  const pluginSettings = Object.fromEntries(plugins.map((plugin) => [plugin.name, settingsOf(plugin, settings)]));
  const turnTaking = settings['turn_taking'] === 'server' ? 'server' : 'guarded';
  const agentName = textOf(settings['agent_name']);
  const prompt = textOf(settings[setup.direction === 'inbound' ? 'prompt' : 'outbound_calls_prompt']);
  return {
    config: {
      context,
      callSid,
      turnTaking,
      maxCallMs: Number(settings['max_call_sec']) * 1000,
      pluginSettings,
      apology: parts.lines?.get(apology.text) ?? apology,
      lines: parts.lines ?? NO_LINES,
      lastResort: parts.lastResort ?? NO_LINES,
      timeouts: parts.timeouts ?? DEFAULT_TIMEOUTS,
    },
    modelSetup: {
      instructions: agentInstructions({
        businessName: business.name,
        agentName,
        introduction: textOf(settings['agent_introduction']),
        languages: languageNames(settings['switch_languages']),
        prompt,
        businessFacts: factsOf(business),
        pluginParts: plugins.map((plugin) => plugin.instructions?.(pluginSettings[plugin.name], context) ?? ''),
        moment: tellHours(hoursPolicy(business.timeZone, settings), setup.startedAt),
      }),
      turnTaking,
      voice: textOf(settings['voice']),
      tools: toolbox.offer(pluginSettings),
      keywords: [business.name, agentName].filter((word) => word !== ''),
    },
    accountSid: setup.accountSid,
    recorder,
  };
}

const NO_LINES: ReadonlyMap<string, SpokenText> = new Map();

/** A plugin's own settings out of the business's, parsed by its own schema; a value it no longer takes is its default. */
function settingsOf(plugin: CallPlugin, settings: Readonly<Record<string, unknown>>): unknown {
  const own = Object.fromEntries(Object.keys(plugin.settings.shape).map((key) => [key, settings[key]]));
  const parsed = plugin.settings.safeParse(own);
  return parsed.success ? parsed.data : plugin.settings.parse({});
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function factsOf(business: {
  contactPhone: string | null;
  contactEmail: string | null;
  address: string | null;
}): string[] {
  const facts: [string, string | null][] = [
    ['Telephone', business.contactPhone],
    ['E-mail', business.contactEmail],
    ['Address', business.address],
  ];
  return facts.flatMap(([label, value]) => (value ? [`${label}: ${value}`] : []));
}
