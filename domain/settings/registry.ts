import type { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import { CORE_SETTINGS } from './core.ts';
import type { SecretEntry, SettingEntry, SettingsCard, SettingsRegistry, SettingsSource } from './types.ts';

export type * from './types.ts';

/** The columns of `business_settings` that are settings. */
export const SETTING_COLUMNS = [
  'agent_name',
  'voice',
  'prompt',
  'outbound_calls_prompt',
  'whatsapp_prompt',
  'greeting_message',
  'bot_speaks_first',
  'barge_in_enabled',
  'auto_end_after_lead_capture',
  'auto_end_on_goodbye',
  'required_lead_fields',
  'monday_webhook_url',
  'send_call_transcripts_to_monday',
  'silence_reprompt_sec',
  'silence_ends_call',
  'max_call_sec',
  'max_outbound_calls',
  'max_total_calls',
  'record_calls',
] as const;

/** Keys no plugin may take: they would hide a column that is no setting. */
const RESERVED = new Set(['business_id', 'updatedAt', 'plugin_settings', '__proto__', 'constructor', 'prototype']);

/**
 * Puts together the settings of the core and of the plugins.
 * @throws AppError `settings_key_taken`, `settings_field_missing`, `settings_default_missing`, `settings_secret_invalid`
 * (permanent): at start, not in a call.
 */
export function settingsRegistry(plugins: readonly SettingsSource[]): SettingsRegistry {
  const columns = new Set<string>(SETTING_COLUMNS);
  const entries = new Map<string, SettingEntry>();
  const owners = new Map<string, string>();
  const cards: SettingsCard[] = [];
  for (const source of [...plugins, ...CORE_SETTINGS]) {
    const own = entriesOf(source, columns);
    const secrets = secretsOf(source);
    for (const { key } of [...own, ...secrets]) {
      const takenBy = owners.get(key) ?? (RESERVED.has(key) ? 'reserved' : undefined);
      if (takenBy !== undefined) {
        throw new AppError('settings_key_taken', { permanent: true, details: { key, source: source.name, takenBy } });
      }
      owners.set(key, source.name);
    }
    for (const entry of own) entries.set(entry.key, entry);
    if (own.length + secrets.length === 0) continue;
    const { help } = source.card;
    cards.push({
      name: source.name,
      tab: source.card.tab,
      title: source.card.title,
      ...(help === undefined ? {} : { help }),
      entries: own,
      secrets,
      ...(source.testExport === undefined ? {} : { testExport: testOf(source) }),
    });
  }
  const defaults = Object.fromEntries([...entries.values()].map((entry) => [entry.key, entry.defaultValue]));
  return { entries, cards, defaults };
}

const SECRET_KEY = /^[a-z][a-z0-9_]{0,39}$/u;
/** What a header may be called; those that a request has of its own are nobody's secret. */
const HEADER = /^(?!content-type$|content-length$|host$|user-agent$|idempotency-key$)[a-z][a-z0-9-]{0,59}$/u;

/** A source's secrets, each under a name of its own among all secrets of a business. */
function secretsOf(source: SettingsSource): SecretEntry[] {
  return Object.entries(source.secrets ?? {}).map(([key, field]) => {
    if (!SECRET_KEY.test(key) || !HEADER.test(field.header)) {
      throw new AppError('settings_secret_invalid', { permanent: true, details: { key, source: source.name } });
    }
    return { key, name: `plugin:${source.name}:${key}`, field };
  });
}

/** A source's test, with its own settings picked out of the business's. */
function testOf(source: SettingsSource): NonNullable<SettingsCard['testExport']> {
  return (call, settings) => {
    const own = Object.fromEntries(Object.keys(source.settings.shape).map((key) => [key, settings[key]]));
    return source.testExport?.(call, source.settings.parse(own)) ?? null;
  };
}

/** A source's entries: first in the order of its fields; a schema key without a field, or a field without a key, is refused. */
function entriesOf(source: SettingsSource, columns: ReadonlySet<string>): SettingEntry[] {
  const shape = source.settings.shape;
  const fieldless = Object.keys(shape).find((key) => source.fields[key] === undefined);
  if (fieldless !== undefined) {
    const details = { key: fieldless, source: source.name };
    throw new AppError('settings_field_missing', { permanent: true, details });
  }
  return Object.entries(source.fields).map(([key, field]) => {
    // A shape's values are typed as zod's core type; every schema made with `z` is a full one.
    const schema = shape[key] as z.ZodType | undefined;
    const byDefault = schema?.safeParse(undefined);
    if (schema === undefined || byDefault?.success !== true) {
      const details = { key, source: source.name };
      throw new AppError('settings_default_missing', { permanent: true, details });
    }
    return {
      key,
      source: source.name,
      schema,
      field,
      column: columns.has(key),
      changedBy: source.changedBy ?? 'settings.write',
      flag: source.flag ?? null,
      defaultValue: byDefault.data,
    };
  });
}
