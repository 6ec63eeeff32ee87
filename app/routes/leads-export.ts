import type { LoaderFunctionArgs } from '@remix-run/node';
import { DateTime } from 'luxon';
import { getBusiness } from '../../domain/businesses/index.ts';
import { leadFieldsOf, listLeads, type LeadFilter } from '../../domain/leads/index.ts';
import { readSettings } from '../../domain/settings/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { csvDownload } from '../csv.server.ts';
import { readLeadFilter } from '../lists/lead-filter.server.ts';
import { isWithheld } from '../lists/lead-name.ts';
import { requirePerson } from '../session.server.ts';

/** Leads read from the database at a time. */
const BATCH = 100;

/** What the list shows of a lead beside its details. */
const FACTS = ['שם', 'טלפון', 'נוצר', 'עודכן', 'שיחות', 'שיחה אחרונה'];

/** The leads of the list under the same search, all of them, as a file: a column for every detail, removed ones last. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'leads.export');
  const [business, settings] = await Promise.all([
    getBusiness(context.db, businessId),
    readSettings(context.db, businessId, context.registry),
  ]);
  const timeZone = business?.timeZone ?? 'UTC';
  const { filter } = readLeadFilter(new URL(request.url).searchParams, timeZone);
  const fields = leadFieldsOf(context.registry, settings).filter(({ key }) => key !== 'name' && key !== 'phone');
  const columns = [...FACTS, ...fields.map(({ label }) => label), 'מזהה'];
  const keys = fields.map(({ key }) => key);
  return csvDownload('leads.csv', columns, rowsOf(context.db, businessId, { filter, keys, timeZone }), context);
}

async function* rowsOf(
  db: Database,
  businessId: string,
  asked: { readonly filter: LeadFilter; readonly keys: readonly string[]; readonly timeZone: string },
) {
  const moment = (at: Date | null) =>
    at === null ? '' : DateTime.fromJSDate(at, { zone: asked.timeZone }).toFormat('yyyy-MM-dd HH:mm:ss');
  let cursor: string | undefined;
  do {
    const page = await listLeads(db, businessId, { ...asked.filter, cursor, limit: BATCH });
    for (const lead of page.leads) {
      yield [
        lead.name ?? '',
        isWithheld(lead.phone) ? '' : lead.phone,
        moment(lead.createdAt),
        moment(lead.updatedAt),
        lead.callCount,
        moment(lead.lastCallAt),
        ...asked.keys.map((key) => lead.fields[key] ?? ''),
        lead.leadId,
      ];
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
