import { leadsOfCalls } from '../domain/leads/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { Change } from '../platform/events.ts';
import type { PluginPorts } from '../plugins/index.ts';

/** The services the plugins' tools ask for, over this process's database. `publish` hears of what they changed. */
export function pluginPorts(db: Database, publish: (change: Change) => void): PluginPorts {
  const leads = leadsOfCalls(db);
  return {
    leads: {
      async save(call, details) {
        const saved = await leads.save(call, details);
        publish({ kind: 'lead', businessId: call.businessId, callId: call.callId });
        return saved;
      },
    },
  };
}
