import type { Tx } from '../../platform/db/index.ts';
import { saveDetails, type LeadFields } from './save.ts';

/**
 * Adds to the lead of a call what it lacks; what is there stays. A call without a lead gets one when something was
 * found. Returns the lead and the names of the fields that were added, or null when nothing was.
 */
export async function fillLead(
  tx: Tx,
  businessId: string,
  callId: string,
  found: LeadFields,
): Promise<{ readonly leadId: string; readonly fields: readonly string[] } | null> {
  const call = await tx.call.findFirst({
    where: { id: callId, businessId },
    select: { lead: { select: { id: true, fields: true } } },
  });
  if (call === null) return null;
  const known = (call.lead?.fields ?? {}) as LeadFields;
  const lacking = Object.entries(found).filter(([key]) => (known[key] ?? '') === '');
  // A number found afterwards makes no other lead of one that is there.
  const news = lacking.filter(([key]) => call.lead === null || key !== 'phone');
  if (news.length === 0) return null;
  const { leadId } = await saveDetails(tx, businessId, callId, { phone: null, fields: Object.fromEntries(news) });
  if (leadId === null) return null;
  return { leadId, fields: news.map(([key]) => key) };
}
