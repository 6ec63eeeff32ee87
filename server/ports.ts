import { leadsOfCalls } from '../domain/leads/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { PluginPorts } from '../plugins/index.ts';

/** The services the plugins' tools ask for, over this process's database. */
export function pluginPorts(db: Database): PluginPorts {
  return { leads: leadsOfCalls(db) };
}
