import type { Database } from '../../platform/db/index.ts';
import { saveLeadDetails, storedCallDetails } from './save.ts';

/** Details of callers, kept call by call: what the agent's tools save to and read from. */
export interface LeadsOfCalls {
  /**
   * Adds details to the lead of a call; with `{}` it only reads. Returns the details captured in this call, as they were
   * given: what is known of the person from earlier calls was not said in this one, and is not among them.
   */
  save(
    call: { readonly businessId: string; readonly callId: string },
    details: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>>;
}

/** Calls remembered at a time; far more than a process runs. */
const REMEMBERED_CALLS = 2_000;

/** The leads of the calls that run in this process. A call that comes over from another one begins with what is stored of it. */
export function leadsOfCalls(db: Database): LeadsOfCalls {
  const captured = new Map<string, Readonly<Record<string, string>>>();
  return {
    save: async ({ businessId, callId }, details) => {
      // Under the business as well: a call's id alone must not open what another business's caller said.
      const key = `${businessId} ${callId}`;
      const before = captured.get(key) ?? (await storedCallDetails(db, businessId, callId));
      if (Object.keys(details).length === 0) return before;
      const told = Object.fromEntries(Object.entries(before).filter(([key]) => key !== 'phone'));
      const { phone = null, ...fields } = details;
      // All that this call told goes along: a number said late makes another lead, and that one must not lack the rest.
      const report = { phone, fields: { ...told, ...fields } };
      const { taken } = await saveLeadDetails(db, businessId, callId, report);
      const news = Object.fromEntries(Object.keys(taken).map((key) => [key, details[key] ?? taken[key] ?? '']));
      // Read again: another report of the same call may have ended meanwhile.
      const now = { ...before, ...captured.get(key), ...news };
      captured.delete(key);
      captured.set(key, now);
      if (captured.size > REMEMBERED_CALLS) {
        for (const oldest of captured.keys()) {
          captured.delete(oldest);
          break;
        }
      }
      return now;
    },
  };
}
