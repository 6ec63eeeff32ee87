import type { ExportsOf, FinishedCall, PlannedExport } from '../domain/calls/index.ts';
import type { Settings } from '../domain/settings/index.ts';
import { logEvent, type Log } from '../platform/log.ts';
import type { CallPlugin } from '../voice/plugin.ts';

/** What of a plugin matters after the call. */
export type ExportingPlugin = Pick<CallPlugin, 'name' | 'settings' | 'exports'>;

/**
 * Asks each plugin what a finished call sends out, with the plugin's own settings. A plugin that throws, or names the
 * same export twice, costs its own exports and nobody else's: it is logged and left out.
 */
export function exportsOfPlugins(plugins: readonly ExportingPlugin[], log: Log): ExportsOf {
  return (call, settings) => plugins.flatMap((plugin) => exportsOfPlugin(plugin, call, settings, log));
}

function exportsOfPlugin(plugin: ExportingPlugin, call: FinishedCall, settings: Settings, log: Log): PlannedExport[] {
  if (plugin.exports === undefined) return [];
  try {
    const own = Object.fromEntries(Object.keys(plugin.settings.shape).map((key) => [key, settings[key]]));
    const requests = plugin.exports(call, plugin.settings.parse(own));
    const names = new Set<string>();
    return requests.map((request) => {
      // What cannot be stored would fail the whole call's finalisation later on.
      if (JSON.stringify(request.body) === undefined) throw new TypeError(`export ${request.name} has no body`);
      if (names.has(request.name)) throw new TypeError(`export ${request.name} is named twice`);
      names.add(request.name);
      return {
        plugin: plugin.name,
        name: request.name,
        url: request.url,
        body: request.body,
        headers: request.headers ?? {},
      };
    });
  } catch (err) {
    const { businessId, callSid } = call;
    logEvent(log, 'plugin_exports_failed', { plugin: plugin.name, businessId, callSid, err }, 'error');
    return [];
  }
}
