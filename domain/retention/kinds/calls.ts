import { storedSideEvents } from '../../calls/side-events.ts';
import type { DataKind } from '../kind.ts';
import { countOfCalls } from '../subject.ts';

/** Stands where a caller's number stood; the same as for a number the network withheld. */
export const NO_NUMBER = 'anonymous';

/** The calls themselves: they stay for the business's figures, without the person. */
export const callKind: DataKind = {
  name: 'calls',
  label: 'שיחות',
  subject: {
    by: 'call',
    file: 'calls',
    columns: {
      callSid: 'מזהה שיחה',
      direction: 'כיוון',
      fromNumber: 'ממספר',
      toNumber: 'למספר',
      startedAt: 'התחלה',
      endedAt: 'סיום',
      endReason: 'סיבת סיום',
      transcript: 'תמלול',
      keys: 'מקשים שהוקשו',
    },
    count: (tx, subject) => countOfCalls(tx, subject, (calls) => calls),
    read: async (tx, businessId, callIds) => {
      const rows = await tx.call.findMany({
        where: { businessId, id: { in: [...callIds] } },
        orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
      });
      return rows.map((call) => ({
        callSid: call.callSid,
        direction: call.direction,
        fromNumber: call.fromNumber,
        toNumber: call.toNumber,
        startedAt: call.startedAt,
        endedAt: call.endedAt,
        endReason: call.endReason,
        optedOutAt: call.optedOutAt,
        transcript: call.transcript,
        keys: pressedKeys(call.sideEvents),
      }));
    },
    erase: async (tx, businessId, callIds, now) => {
      const mine = { businessId, id: { in: [...callIds] } };
      await tx.call.updateMany({ where: { ...mine, direction: 'inbound' }, data: { fromNumber: NO_NUMBER } });
      await tx.call.updateMany({ where: { ...mine, direction: 'outbound' }, data: { toNumber: NO_NUMBER } });
      const { count } = await tx.call.updateMany({ where: mine, data: { erasedAt: now, leadId: null } });
      return count;
    },
  },
};

function pressedKeys(sideEvents: unknown): string {
  return storedSideEvents
    .parse(sideEvents)
    .map((event) => (event.kind === 'dtmf' ? event.digit : ''))
    .join('');
}
