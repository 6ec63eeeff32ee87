import type { LoaderFunctionArgs } from '@remix-run/node';
import { DateTime } from 'luxon';
import { getBusiness } from '../../domain/businesses/index.ts';
import { type CallFilter, listCalls } from '../../domain/calls/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { csvDownload } from '../csv.server.ts';
import { callLabel, DIRECTION_LABELS } from '../labels.he.ts';
import { OUTCOME_LABELS } from '../insights.he.ts';
import { readCallFilter } from '../lists/call-filter.server.ts';
import { requirePerson } from '../session.server.ts';

const COLUMNS = [
  'התחלה',
  'כיוון',
  'מאת',
  'אל',
  'משך (שניות)',
  'איך הסתיימה',
  'שם הליד',
  'נושא',
  'תוצאה',
  'ציון',
  'מזהה',
];

/** Calls read from the database at a time. */
const BATCH = 100;

/** The calls of the list under the same filter, all of them, as a file. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'calls.export');
  const business = await getBusiness(context.db, businessId);
  const timeZone = business?.timeZone ?? 'UTC';
  const { filter } = readCallFilter(new URL(request.url).searchParams, timeZone);
  return csvDownload('calls.csv', COLUMNS, rowsOf(context.db, businessId, filter, timeZone), context);
}

async function* rowsOf(db: Database, businessId: string, filter: CallFilter, timeZone: string) {
  let cursor: string | undefined;
  do {
    const page = await listCalls(db, businessId, { cursor, limit: BATCH, filter });
    for (const call of page.calls) {
      const { insight, lead } = call;
      yield [
        DateTime.fromJSDate(call.startedAt, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss'),
        DIRECTION_LABELS[call.direction],
        call.fromNumber,
        call.toNumber,
        call.durationSec,
        callLabel(call.status, call.endReason).text,
        lead?.name ?? '',
        insight?.topic ?? '',
        insight === null ? '' : OUTCOME_LABELS[insight.outcome].text,
        insight?.score ?? null,
        call.callSid,
      ];
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
