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
    columns: { phone: 'טלפון', name: 'שם', fields: 'פרטים', createdAt: 'נוצר', updatedAt: 'עודכן' },
    count: (tx, { businessId, phone }) => tx.lead.count({ where: { businessId, phone } }),
    read: async (tx, { businessId, phone }) => {
      const rows = await tx.lead.findMany({ where: { businessId, phone } });
      return rows.map((lead) => ({
        phone: lead.phone,
        name: lead.name,
        fields: lead.fields,
        createdAt: lead.createdAt,
        updatedAt: lead.updatedAt,
      }));
    },
    erase: async (tx, { businessId, phone }) => (await tx.lead.deleteMany({ where: { businessId, phone } })).count,
  },
};
