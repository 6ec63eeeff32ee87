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

/** A value in words: a switch is on or off, a choice has the name of its option. */
function words(value: unknown, setting: SettingEntry | undefined): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value === 'boolean') return value ? 'כן' : 'לא';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return optionLabel(value, setting) ?? valueLabel(value);
  if (Array.isArray(value)) return value.map((item) => words(item, setting) ?? '').join(', ');
  return Object.entries(value)
    .map(([name, inner]) => `${kindLabel(name)}: ${words(inner, undefined) ?? '—'}`)
    .join(', ');
}

function optionLabel(value: string, setting: SettingEntry | undefined): string | undefined {
  const field = setting?.field;
  if (field?.control !== 'select' && field?.control !== 'checklist') return undefined;
  return field.options.find((option) => option.value === value)?.label;
}
