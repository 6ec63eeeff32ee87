import { z } from 'zod';
import { kindLabel } from '../../domain/retention/index.ts';
import type { SettingEntry, SettingsRegistry } from '../../domain/settings/index.ts';
import { fieldLabel, valueLabel } from './labels.he.ts';

/** One field of an entry: what stood there and what stands there now, in words; null where there was nothing. */
export interface ComparedField {
  readonly key: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

type Side = Readonly<Record<string, unknown>> | null;

/** What an entry of the audit log changed, field by field, as a person reads it. */
export function comparedFields(
  before: Side,
  after: Side,
  registry: Pick<SettingsRegistry, 'entries'>,
): readonly ComparedField[] {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return keys.map((key) => ({
    key,
    label: fieldLabel(key, registry),
    before: words(before?.[key], registry.entries.get(key)),
    after: words(after?.[key], registry.entries.get(key)),
  }));
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** A value in words: a switch is on or off, a choice has the name of its option. */
function words(value: unknown, setting: SettingEntry | undefined): string | null {
  if (value === undefined || value === null || value === '' || isEmptyList(value)) return null;
  if (typeof value === 'boolean') return value ? 'כן' : 'לא';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return optionLabel(value, setting) ?? valueLabel(value);
  if (Array.isArray(value)) {
    const separator = value.some((item) => typeof item === 'object') ? '\n' : ', ';
    return value.map((item) => ownDetail(item, setting) ?? words(item, setting) ?? '').join(separator);
  }
  return Object.entries(value)
    .map(([name, inner]) => `${kindLabel(name)}: ${words(inner, undefined) ?? '—'}`)
    .join(', ');
}

/** A detail of the business's own in the words of its row on the settings page: «תקציב: מספר, בכל שיחה». */
function ownDetail(item: unknown, setting: SettingEntry | undefined): string | null {
  if (setting?.field.control !== 'lead_fields') return null;
  const { success, data } = storedDetail.safeParse(item);
  if (!success) return null;
  const { kinds, asks } = setting.field;
  const named = (options: typeof kinds, value: string) => options.find((one) => one.value === value)?.label ?? value;
  const facts = [
    named(kinds, data.kind),
    ...(data.options.length === 0 ? [] : [data.options.join(' / ')]),
    data.removed ? 'הוסר' : named(asks, data.ask),
  ];
  return `${data.label}: ${facts.join(', ')}`;
}

const storedDetail = z.object({
  label: z.string(),
  kind: z.string(),
  ask: z.string(),
  options: z.array(z.string()).default([]),
  removed: z.boolean().default(false),
});

function optionLabel(value: string, setting: SettingEntry | undefined): string | undefined {
  const field = setting?.field;
  if (field?.control !== 'select' && field?.control !== 'checklist') return undefined;
  return field.options.find((option) => option.value === value)?.label;
}
