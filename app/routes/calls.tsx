import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { type ClientLoaderFunctionArgs, redirect, useLoaderData } from '@remix-run/react';
import { listCalls } from '../../domain/calls/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { CallCards, CallTable } from '../components/call-list.tsx';
import { PhoneIcon } from '../components/icons.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { LiveNotice } from '../components/live-notice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import type { LiveChange } from '../live/changes.ts';
import { readOrKeep } from '../live/last-read.ts';
import { useLive } from '../live/use-live.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'שיחות · ProSaaS' }];

/** Calls on one page. */
const PAGE_SIZE = 25;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'calls.read');
  const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
  try {
    const { calls, nextCursor } = await listCalls(context.db, businessId, { cursor, limit: PAGE_SIZE });
    return { calls, nextCursor, first: cursor === undefined, readAt: new Date() };
  } catch (error) {
    // An old or broken link leads to the first page.
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect('/calls');
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
  const { calls, nextCursor, first, readAt } = data;
  const active = calls.some(
    (call) => call.status !== 'completed' || call.deliveries.some(({ status }) => status === 'pending'),
  );
  const live = useLive({ data, active, concerns });
  return (
    <>
      <PageHeader title="שיחות">כל שיחה שהסוכן ניהל, מהחדשה לישנה.</PageHeader>
      <LiveNotice state={live} />
      {calls.length === 0 ? (
        <NoCalls first={first} />
      ) : (
        <>
          <CallCards calls={calls} readAt={readAt} />
          <CallTable calls={calls} readAt={readAt} />
        </>
      )}
      <Pagination
        label="דפי השיחות"
        newer={first ? null : '/calls'}
        older={nextCursor === null ? null : `/calls?cursor=${encodeURIComponent(nextCursor)}`}
        newerText="לשיחות האחרונות"
        olderText="לשיחות קודמות"
      />
    </>
  );
}

function NoCalls({ first }: { first: boolean }) {
  return (
    <EmptyState icon={PhoneIcon} title={first ? 'עדיין אין שיחות' : 'אין שיחות נוספות'}>
      {first ? 'השיחה הראשונה למספר של העסק תופיע כאן, עם התמלול המלא ופרטי הליד.' : 'הגעת לסוף הרשימה.'}
    </EmptyState>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
