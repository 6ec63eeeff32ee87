import { saveLeadDetails } from '../domain/leads/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { PluginPorts } from '../plugins/index.ts';
import type { CallContext } from '../voice/plugin.ts';

/**
 * Leads as the plugins' tools save them: one lead per business and number, linked to the call. What comes back is what
 * this call captured; what the lead told in earlier calls is no detail the caller gave now.
 */
export function leadsPort(db: Database): PluginPorts['leads'] {
  const captured = new WeakMap<CallContext, Record<string, string>>();
  return {
    async save(call, details) {
      const known = captured.get(call) ?? {};
      if (Object.keys(details).length === 0) return known;
      const { phone, ...fields } = details;
      await saveLeadDetails(db, call.businessId, call.callId, { phone: phone ?? null, fields });
      const all = { ...captured.get(call), ...details };
      captured.set(call, all);
      return all;
    },
  };
}
