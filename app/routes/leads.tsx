import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { redirect, useLoaderData } from '@remix-run/react';
import { getBusiness } from '../../domain/businesses/index.ts';
import { leadFieldsOf, listLeads, type LeadSummary } from '../../domain/leads/index.ts';
import { readSettings } from '../../domain/settings/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { buttonClass } from '../components/button.tsx';
import { DateField } from '../components/date-fields.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { DownloadIcon, PeopleIcon, SearchIcon } from '../components/icons.tsx';
import { LeadPhone } from '../components/lead-phone.tsx';
import { LeadValue } from '../components/lead-value.tsx';
import { Moment } from '../components/moment.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { Table, type Column } from '../components/table.tsx';
import { SearchField } from '../components/text-fields.tsx';
import { filteredAddress } from '../lists/call-outcomes.ts';
import type { KnownField } from '../lists/lead-fields.ts';
import { readLeadFilter } from '../lists/lead-filter.server.ts';
import { leadName } from '../lists/lead-name.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'לידים · ProSaaS' }];

/** Leads on one page. */
const PAGE_SIZE = 25;
/** Details of the business's own that a row has room for; all stand on the lead's page. */
const SHOWN_DETAILS = 3;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'leads.read');
  const { searchParams } = new URL(request.url);
  const cursor = searchParams.get('cursor') ?? undefined;
  const business = await getBusiness(context.db, businessId);
  const { filter, shown } = readLeadFilter(searchParams, business?.timeZone ?? 'UTC');
  try {
    const [{ leads, nextCursor }, settings] = await Promise.all([
      listLeads(context.db, businessId, { ...filter, cursor, limit: PAGE_SIZE }),
      readSettings(context.db, businessId, context.registry),
    ]);
    const own = leadFieldsOf(context.registry, settings).filter((field) => field.own && !field.removed);
    return {
      leads,
      nextCursor,
      shown,
      first: cursor === undefined,
      own: own.map(({ key, label, kind }) => ({ key, label, kind })),
      mayExport: can(role, 'leads.export'),
    };
  } catch (error) {
    // An old or broken link leads to the first page.
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect(filteredAddress('/leads', shown));
    throw error;
  }
}

interface OwnField extends KnownField {
  readonly key: string;
}

/** The details a business collects of its own, in one column. */
function OwnDetails({ lead, own }: { lead: LeadSummary; own: readonly OwnField[] }) {
  const known = own.filter(({ key }) => (lead.fields[key] ?? '') !== '');
  return (
    <ul className="text-sm">
      {known.slice(0, SHOWN_DETAILS).map(({ key, label, kind }) => (
        <li key={key}>
          <span className="text-muted">{label}:</span> <LeadValue kind={kind} value={lead.fields[key] ?? ''} />
        </li>
      ))}
      {known.length > SHOWN_DETAILS ? <li className="text-muted">ועוד {known.length - SHOWN_DETAILS}</li> : null}
    </ul>
  );
}

const columnsFor = (own: readonly OwnField[]): readonly Column<LeadSummary>[] => [
  { key: 'name', title: 'שם', cell: (lead) => <bdi>{leadName(lead)}</bdi> },
  {
    key: 'phone',
    title: 'טלפון',
    cell: ({ phone }) => <LeadPhone phone={phone} />,
  },
  { key: 'topic', title: 'נושא', cell: ({ fields }) => (fields['topic'] ? <bdi>{fields['topic']}</bdi> : null) },
  ...(own.length === 0
    ? []
    : [
        {
          key: 'own',
          title: 'פרטים',
          cell: (lead: LeadSummary) =>
            own.some(({ key }) => (lead.fields[key] ?? '') !== '') ? <OwnDetails lead={lead} own={own} /> : null,
        },
      ]),
  { key: 'calls', title: 'שיחות', numeric: true, cell: ({ callCount }) => callCount },
  { key: 'updated', title: 'עדכון אחרון', cell: ({ updatedAt }) => <Moment at={updatedAt} as="short" /> },
];

export default function Leads() {
  const { leads, nextCursor, shown, first, own, mayExport } = useLoaderData<typeof loader>();
  const filtered = Object.values(shown).some((value) => value !== '');
  return (
    <>
      <PageHeader
        title="לידים"
        aside={
          mayExport && leads.length > 0 ? (
            <a href={filteredAddress('/leads/export', shown)} download className={buttonClass('secondary')}>
              <DownloadIcon />
              ייצוא לאקסל
            </a>
          ) : null
        }
      >
        האנשים שהתקשרו ומה שהסוכן אסף מהם, מהאחרון שעודכן.
      </PageHeader>
      {leads.length === 0 && first && !filtered ? null : (
        <FilterBar
          label="סינון הלידים"
          filtered={filtered}
          unfolded={shown.from !== '' || shown.to !== ''}
          search={
            <SearchField name="q" label="חיפוש" value={shown.q} placeholder="שם, מספר או פרט שנאסף" maxLength={100} />
          }
        >
          <DateField name="from" label="נוצרו מיום" value={shown.from} />
          <DateField name="to" label="עד יום" value={shown.to} />
        </FilterBar>
      )}
      {leads.length > 0 ? (
        <Table
          caption="לידים, מהאחרון שעודכן"
          columns={columnsFor(own)}
          rows={leads}
          rowKey={({ leadId }) => leadId}
          rowTo={({ leadId }) => `/leads/${leadId}`}
        />
      ) : filtered ? (
        <EmptyState icon={SearchIcon} title="לא נמצאו לידים">
          אפשר לחפש חלק אחר מהשם או מהמספר, או לנקות את הסינון.
        </EmptyState>
      ) : (
        <EmptyState icon={PeopleIcon} title={first ? 'עדיין אין לידים' : 'אין לידים נוספים'}>
          {first ? 'מי שישאיר פרטים בשיחה יופיע כאן.' : 'הגעת לסוף הרשימה.'}
        </EmptyState>
      )}
      <Pagination
        label="דפי הלידים"
        newer={first ? null : filteredAddress('/leads', shown)}
        older={nextCursor === null ? null : filteredAddress('/leads', shown, nextCursor)}
      />
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
