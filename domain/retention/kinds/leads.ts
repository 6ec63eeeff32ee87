import { ownLeadFields, type LeadField } from '../../leads/fields.ts';
import { storedSettings } from '../../settings/read.ts';
import type { DataKind } from '../kind.ts';

/** What the agent collected of people. */
export const leadKind: DataKind = {
  name: 'leads',
  label: 'לידים',
  retention: {
    days: 'business',
    purge: async (tx, businessId, before, max) => {
      const due = await tx.$queryRaw<{ id: string }[]>`
        SELECT l.id FROM leads l
        WHERE l.business_id = ${businessId}::uuid AND l.updated_at < ${before.toISOString()}::timestamptz
          AND NOT EXISTS (SELECT 1 FROM calls c WHERE c.lead_id = l.id AND c.status <> 'completed')
        ORDER BY l.updated_at, l.id LIMIT ${max}::int
        FOR UPDATE SKIP LOCKED`;
      if (due.length === 0) return 0;
      const { count } = await tx.lead.deleteMany({ where: { businessId, id: { in: due.map(({ id }) => id) } } });
      return count;
    },
  },
  subject: {
    by: 'number',
    file: 'leads',
    columns: {
      phone: 'טלפון',
      name: 'שם',
      fields: 'פרטים',
      fieldNames: 'שמות הפרטים של העסק',
      createdAt: 'נוצר',
      updatedAt: 'עודכן',
    },
    count: (tx, { businessId, phone }) => tx.lead.count({ where: { businessId, phone } }),
    read: async (tx, { businessId, phone }) => {
      const rows = await tx.lead.findMany({ where: { businessId, phone } });
      // Also of details that are no longer asked for: their keys say nothing to a reader.
      const own = rows.length === 0 ? [] : ownLeadFields(await storedSettings(tx, businessId));
      return rows.map((lead) => ({
        phone: lead.phone,
        name: lead.name,
        fields: lead.fields,
        fieldNames: namesOf(lead.fields, own),
        createdAt: lead.createdAt,
        updatedAt: lead.updatedAt,
      }));
    },
    erase: async (tx, { businessId, phone }) => (await tx.lead.deleteMany({ where: { businessId, phone } })).count,
  },
};

/** The business's names for those details of a lead that it defined itself. */
function namesOf(fields: unknown, own: readonly LeadField[]): Record<string, string> {
  // Sound: written by saveLeadDetails, texts only.
  const collected = fields as Readonly<Record<string, string>>;
  return Object.fromEntries(
    own.filter(({ key }) => Object.hasOwn(collected, key)).map(({ key, label }) => [key, label]),
  );
}
