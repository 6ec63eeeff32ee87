import { type CallPlugin, HOOK_NAMES } from './plugin.ts';

/** What is wrong with a list of plugins. Thrown at start, so that an author learns of it before any call does. */
export class PluginListError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'PluginListError';
    this.code = code;
  }
}

/**
 * Checks a list of plugins against each other and against the contract.
 * Throws PluginListError: plugin_name_invalid, plugin_duplicate, plugin_setting_without_default,
 * plugin_setting_without_field, plugin_setting_duplicate.
 */
export function checkPlugins(plugins: readonly CallPlugin[]): void {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  for (const plugin of plugins) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u.test(plugin.name)) {
      throw new PluginListError('plugin_name_invalid', `"${plugin.name}" is not kebab-case`);
    }
    if (names.has(plugin.name))
      throw new PluginListError('plugin_duplicate', `two plugins are called "${plugin.name}"`);
    names.add(plugin.name);
    if (!plugin.settings.safeParse({}).success) {
      throw new PluginListError('plugin_setting_without_default', `a setting of "${plugin.name}" has no default`);
    }
    for (const key of Object.keys(plugin.settings.shape)) {
      if (plugin.fields[key] === undefined) {
        throw new PluginListError('plugin_setting_without_field', `"${key}" of "${plugin.name}" has no field`);
      }
      const owner = owners.get(key);
      if (owner !== undefined) {
        throw new PluginListError('plugin_setting_duplicate', `"${key}" belongs to "${owner}" and to "${plugin.name}"`);
      }
      owners.set(key, plugin.name);
    }
  }
}

/**
 * Checks the hooks a plugin returned for a call. Throws PluginListError plugin_hook_unknown: a misspelt hook would
 * never be called and nobody would know why.
 */
export function checkHooks(plugin: string, hooks: object): void {
  for (const name of Object.keys(hooks)) {
    if (!(HOOK_NAMES as readonly string[]).includes(name)) {
      throw new PluginListError('plugin_hook_unknown', `"${plugin}" has no such hook: ${name}`);
    }
  }
}
