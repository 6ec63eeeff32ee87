import { Prisma, type Tx } from '../../../platform/db/index.ts';
import { NO_CONTENT } from '../../deliveries/index.ts';
import type { DataKind } from '../kind.ts';
import { countOfCalls, type Subject } from '../subject.ts';

/** Why a delivery that was never made will not be made any more. */
export const ERASED = 'erased';

/** Takes what was sent and what was answered out of deliveries; that there were any stays. */
async function removeBodies(tx: Tx, businessId: string, ids: readonly string[], now: Date): Promise<void> {
  await tx.delivery.updateMany({
    where: { businessId, id: { in: [...ids] } },
    data: { body: '', headers: {}, bodyRemovedAt: now },
  });
  await tx.deliveryAttempt.updateMany({
    where: { businessId, deliveryId: { in: [...ids] } },
    data: NO_CONTENT,
  });
}

/** What calls sent to other systems. */
export const deliveryKind: DataKind = {
  name: 'deliveries',
  label: 'תוכן משלוחים',
  retention: {
    days: 'business',
    purge: async (tx, businessId, before, max, now) => {
      const due = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM deliveries
        WHERE business_id = ${businessId}::uuid AND body_removed_at IS NULL AND status <> 'pending'
          AND finished_at < ${before.toISOString()}::timestamptz
        ORDER BY finished_at, id LIMIT ${max}::int
        FOR UPDATE SKIP LOCKED`;
      const ids = due.map(({ id }) => id);
      if (ids.length > 0) await removeBodies(tx, businessId, ids, now);
      return ids.length;
    },
  },
  subject: {
    by: 'call',
    file: 'deliveries',
    columns: {
      callSid: 'מזהה שיחה',
      destination: 'יעד',
      status: 'מצב',
      createdAt: 'נוצר',
      finishedAt: 'הסתיים',
      body: 'מה שנשלח',
    },
    count: (tx, subject) =>
      countOfCalls(
        tx,
        subject,
        (calls) => Prisma.sql`SELECT 1 FROM deliveries d WHERE d.body_removed_at IS NULL AND d.call_id IN (${calls})`,
      ),
    read: async (tx, businessId, callIds) => {
      const rows = await tx.delivery.findMany({
        where: { businessId, callId: { in: [...callIds] } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        include: { call: { select: { callSid: true } } },
      });
      return rows.map(({ call, plugin, export: name, status, createdAt, finishedAt, body }) => ({
        callSid: call?.callSid ?? '',
        destination: `${plugin}/${name}`,
        status,
        createdAt,
        finishedAt,
        body: textOf(body),
      }));
    },
    erase: async (tx, businessId, callIds, now) => {
      const rows = await tx.delivery.findMany({
        where: { businessId, callId: { in: [...callIds] }, bodyRemovedAt: null },
        select: { id: true },
      });
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return 0;
      await removeBodies(tx, businessId, ids, now);
      // What was not sent yet is not sent any more. Another revision: an attempt that is in the air changes nothing.
      await tx.delivery.updateMany({
        where: { businessId, id: { in: ids }, status: 'pending' },
        data: {
          status: 'failed',
          lastError: ERASED,
          nextAttemptAt: null,
          finishedAt: now,
          revision: { increment: 1 },
        },
      });
      return ids.length;
    },
  },
};

/**
 * What was sent to other systems of a lead, and of none of its calls. It goes with the lead, and is told and counted
 * before.
 */
export const leadDeliveryKind: DataKind = {
  name: 'lead_deliveries',
  label: 'תוכן משלוחים על לידים',
  subject: {
    by: 'number',
    file: 'lead-deliveries',
    columns: {
      event: 'אירוע',
      destination: 'יעד',
      status: 'מצב',
      createdAt: 'נוצר',
      finishedAt: 'הסתיים',
      body: 'מה שנשלח',
    },
    count: (tx, subject) => tx.delivery.count({ where: { ...ofLead(subject), bodyRemovedAt: null } }),
    read: async (tx, subject) => {
      const rows = await tx.delivery.findMany({
        where: ofLead(subject),
        orderBy: { seq: 'asc' },
        include: { destination: { select: { name: true } } },
      });
      return rows.map(({ event, destination, status, createdAt, finishedAt, body }) => ({
        event,
        destination: destination.name,
        status,
        createdAt,
        finishedAt,
        body: textOf(body),
      }));
    },
    erase: async (tx, subject) => (await tx.delivery.deleteMany({ where: ofLead(subject) })).count,
  },
};

const ofLead = ({ businessId, phone }: Subject) => ({ businessId, callId: null, lead: { businessId, phone } });

const textOf = (body: Prisma.JsonValue) => (typeof body === 'string' ? body : JSON.stringify(body));
