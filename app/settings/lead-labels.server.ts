import type { SettingsRegistry } from '../../domain/settings/index.ts';

/** The names of lead fields, as the settings offer them. */
export function leadLabels(registry: SettingsRegistry): Record<string, string> {
  const field = registry.entries.get('required_lead_fields')?.field;
  if (field?.control !== 'checklist') return {};
  return Object.fromEntries(field.options.map(({ value, label }) => [value, label]));
}
