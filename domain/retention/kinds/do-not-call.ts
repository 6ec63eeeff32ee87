import type { DataKind } from '../kind.ts';

/** That a person asked not to be called. Kept as long as the business exists: forgetting it would ring them again. */
export const doNotCallKind: DataKind = {
  name: 'do_not_call',
  label: 'בקשה שלא להתקשר',
  subject: {
    by: 'number',
    file: 'do-not-call',
    staysUnlessAsked: true,
    columns: { phone: 'טלפון', reason: 'איך נוספה', createdAt: 'מועד' },
    count: (tx, { businessId, phone }) => tx.doNotCall.count({ where: { businessId, phone } }),
    read: async (tx, { businessId, phone }) => {
      const rows = await tx.doNotCall.findMany({ where: { businessId, phone } });
      return rows.map(({ phone: number, reason, createdAt }) => ({ phone: number, reason, createdAt }));
    },
    erase: async (tx, { businessId, phone }) => (await tx.doNotCall.deleteMany({ where: { businessId, phone } })).count,
  },
};
