import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { type ClientLoaderFunctionArgs, redirect, useLoaderData } from '@remix-run/react';
import { getBusiness } from '../../domain/businesses/index.ts';
import { listCalls } from '../../domain/calls/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { buttonClass } from '../components/button.tsx';
import { CallFilterBar } from '../components/call-filter-bar.tsx';
import { CallCards, CallTable } from '../components/call-list.tsx';
import { DownloadIcon, PhoneIcon, SearchIcon } from '../components/icons.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { LiveNotice } from '../components/live-notice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import type { LiveChange } from '../live/changes.ts';
import { readOrKeep } from '../live/last-read.ts';
import { useLive } from '../live/use-live.ts';
import { readCallFilter } from '../lists/call-filter.server.ts';
import { filteredAddress } from '../lists/call-outcomes.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'שיחות · ProSaaS' }];

/** Calls on one page. */
const PAGE_SIZE = 25;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'calls.read');
  const { searchParams } = new URL(request.url);
  const cursor = searchParams.get('cursor') ?? undefined;
  const business = await getBusiness(context.db, businessId);
  const { filter, shown } = readCallFilter(searchParams, business?.timeZone ?? 'UTC');
  try {
    const { calls, nextCursor } = await listCalls(context.db, businessId, { cursor, limit: PAGE_SIZE, filter });
    return {
      calls,
      nextCursor,
      first: cursor === undefined,
      filter: shown,
      maySeeDeliveries: can(role, 'deliveries.read'),
      mayExport: can(role, 'calls.export'),
      readAt: new Date(),
    };
  } catch (error) {
    // An old or broken link leads to the first page.
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect(filteredAddress('/calls', shown));
    throw error;
  }
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  readOrKeep(request.url, () => serverLoader<typeof loader>());

/** What is said in a call changes nothing in the list. */
const QUIET: ReadonlySet<string> = new Set(['call_turns', 'call_settled', 'agent_speaking', 'agent_quiet']);
const concerns = ({ kind }: LiveChange) => !QUIET.has(kind);

export default function Calls() {
  const data = useLoaderData<typeof loader>();
  const { calls, nextCursor, first, filter, readAt } = data;
  const filtered = Object.values(filter).some((value) => value !== '');
  const active = calls.some(
    (call) => call.status !== 'completed' || call.deliveries.some(({ status }) => status === 'pending'),
  );
  const live = useLive({ data, active, concerns });
  return (
    <>
      <PageHeader
        title="שיחות"
        aside={
          data.mayExport && calls.length > 0 ? (
            <a href={filteredAddress('/calls/export', filter)} download className={buttonClass('secondary')}>
              <DownloadIcon />
              ייצוא לאקסל
            </a>
          ) : null
        }
      >
        כל שיחה שהסוכן ניהל, מהחדשה לישנה.
      </PageHeader>
      <LiveNotice state={live} />
      {calls.length === 0 && first && !filtered ? null : (
        <CallFilterBar filter={filter} maySeeDeliveries={data.maySeeDeliveries} />
      )}
      {calls.length === 0 ? (
        <NoCalls first={first} filtered={filtered} />
      ) : (
        <>
          <CallCards calls={calls} readAt={readAt} />
          <CallTable calls={calls} readAt={readAt} />
        </>
      )}
      <Pagination
        label="דפי השיחות"
        newer={first ? null : filteredAddress('/calls', filter)}
        older={nextCursor === null ? null : filteredAddress('/calls', filter, nextCursor)}
        newerText="לשיחות האחרונות"
        olderText="לשיחות קודמות"
      />
    </>
  );
}

function NoCalls({ first, filtered }: { first: boolean; filtered: boolean }) {
  if (filtered && first) {
    return (
      <EmptyState icon={SearchIcon} title="לא נמצאו שיחות">
        אין שיחה שמתאימה לכל מה שנבחר. אפשר לחפש מילה אחרת או לנקות את הסינון.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={PhoneIcon} title={first ? 'עדיין אין שיחות' : 'אין שיחות נוספות'}>
      {first ? 'השיחה הראשונה למספר של העסק תופיע כאן, עם התמלול המלא ופרטי הליד.' : 'הגעת לסוף הרשימה.'}
    </EmptyState>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
