export {
  settingsRegistry,
  SETTING_COLUMNS,
  type SecretEntry,
  type SettingEntry,
  type Settings,
  type SettingsCard,
  type SettingsRegistry,
  type SettingsSource,
} from './registry.ts';
export { hebrewMessage } from './messages.ts';
export { readThroughRegistry } from './check.ts';
export { readSettings } from './read.ts';
export { changeSettings, updateSettings, type UpdateOptions } from './update.ts';
export { fingerprint, fingerprints } from './fingerprint.ts';
export { SettingsConflict, compare, conflictsOf, type Conflict, type Seen } from './race.ts';
export { languageNames } from './core.ts';
