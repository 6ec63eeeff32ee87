export {
  settingsRegistry,
  SETTING_COLUMNS,
  type SettingEntry,
  type Settings,
  type SettingsCard,
  type SettingsRegistry,
  type SettingsSource,
} from './registry.ts';
export { hebrewMessage } from './messages.ts';
export { readThroughRegistry } from './check.ts';
export { readSettings } from './read.ts';
export { updateSettings } from './update.ts';
