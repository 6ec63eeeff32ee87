import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { redirect, useLoaderData } from '@remix-run/react';
import { leadFieldsOf, listLeads, type LeadSummary } from '../../domain/leads/index.ts';
import { readSettings } from '../../domain/settings/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { buttonClass } from '../components/button.tsx';
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
import { leadName } from '../lists/lead-name.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'לידים · ProSaaS' }];

/** Leads on one page. */
const PAGE_SIZE = 25;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'leads.read');
  const { searchParams } = new URL(request.url);
  const cursor = searchParams.get('cursor') ?? undefined;
  const search = (searchParams.get('q') ?? '').trim().slice(0, 100);
  try {
    const [{ leads, nextCursor }, settings] = await Promise.all([
      listLeads(context.db, businessId, { cursor, limit: PAGE_SIZE, search }),
      readSettings(context.db, businessId, context.registry),
    ]);
    const own = leadFieldsOf(context.registry, settings).filter((field) => field.own && !field.removed);
    return {
      leads,
      nextCursor,
      search,
      first: cursor === undefined,
      own: own.map(({ key, label, kind }) => ({ key, label, kind })),
      mayExport: can(role, 'leads.export'),
    };
  } catch (error) {
    // An old or broken link leads to the first page.
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect(filteredAddress('/leads', { q: search }));
    throw error;
  }
}

interface OwnField extends KnownField {
  readonly key: string;
}

/** The details a business collects of its own, in one column. */
function OwnDetails({ lead, own }: { lead: LeadSummary; own: readonly OwnField[] }) {
  return (
    <ul>
      {own.map(({ key, label, kind }) => {
        const value = lead.fields[key] ?? '';
        return value === '' ? null : (
          <li key={key}>
            <span className="text-muted">{label}:</span> <LeadValue kind={kind} value={value} />
          </li>
        );
      })}
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
  const { leads, nextCursor, search, first, own, mayExport } = useLoaderData<typeof loader>();
  const filtered = search !== '';
  return (
    <>
      <PageHeader
        title="לידים"
        aside={
          mayExport && leads.length > 0 ? (
            <a href={filteredAddress('/leads/export', { q: search })} download className={buttonClass('secondary')}>
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
          label="חיפוש לידים"
          filtered={filtered}
          search={
            <SearchField name="q" label="חיפוש" value={search} placeholder="שם, מספר או פרט שנאסף" maxLength={100} />
          }
        />
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
          אפשר לחפש חלק אחר מהשם או מהמספר.
        </EmptyState>
      ) : (
        <EmptyState icon={PeopleIcon} title={first ? 'עדיין אין לידים' : 'אין לידים נוספים'}>
          {first ? 'מי שישאיר פרטים בשיחה יופיע כאן.' : 'הגעת לסוף הרשימה.'}
        </EmptyState>
      )}
      <Pagination
        label="דפי הלידים"
        newer={first ? null : filteredAddress('/leads', { q: search })}
        older={nextCursor === null ? null : filteredAddress('/leads', { q: search }, nextCursor)}
      />
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
