import { saveLeadDetails } from '../domain/leads/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { PluginPorts } from '../plugins/index.ts';

/** Leads as the plugins' tools save them: one lead per business and number, linked to the call. */
export function leadsPort(db: Database): PluginPorts['leads'] {
  return {
    async save(call, { phone, ...fields }) {
      const saved = await saveLeadDetails(db, call.businessId, call.callId, { phone: phone ?? null, fields });
      return { ...saved.fields };
    },
  };
}
