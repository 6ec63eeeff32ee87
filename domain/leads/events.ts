import type { Tx } from '../../platform/db/index.ts';
import { emit } from '../deliveries/emit.ts';

/** Tells that a lead was made or changed, in the transaction that did it. */
export async function tellLead(
  tx: Tx,
  businessId: string,
  leadId: string,
  type: 'lead.created' | 'lead.updated',
): Promise<void> {
  const lead = await tx.lead.findFirst({
    where: { id: leadId, businessId },
    select: { phone: true, name: true, fields: true, createdAt: true, updatedAt: true },
  });
  if (lead === null) return;
  await emit(tx, {
    businessId,
    type,
    at: lead.updatedAt,
    leadId,
    // A lead is made once, and changed any number of times.
    ...(type === 'lead.created' ? {} : { key: `${leadId}:${lead.updatedAt.getTime()}` }),
    data: {
      business_id: businessId,
      lead_id: leadId,
      phone: lead.phone,
      name: lead.name,
      // Sound: written by saveLeadDetails, texts only.
      fields: lead.fields as Record<string, string>,
      created_at: lead.createdAt.toISOString(),
      updated_at: lead.updatedAt.toISOString(),
    },
  });
}
