import { redirect, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { listCalls } from '../../domain/calls/index.ts';
import { fieldOrigins, getLead, type FieldOrigin } from '../../domain/leads/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { CallCards, CallTable } from '../components/call-list.tsx';
import { Card } from '../components/card.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { LeadPhone } from '../components/lead-phone.tsx';
import { LeadValue } from '../components/lead-value.tsx';
import { Moment } from '../components/moment.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { collectedDetails, knownField } from '../lists/lead-fields.ts';
import { leadName } from '../lists/lead-name.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { knownFields } from '../settings/known-fields.server.ts';
import { turnAnchor } from '../turn-anchor.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data === undefined ? 'ליד' : leadName(data.lead)} · ProSaaS` },
];

/** Calls on one page. */
const PAGE_SIZE = 10;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'leads.read');
  const leadId = z.uuid().safeParse(params['leadId']);
  const lead = leadId.success ? await getLead(context.db, businessId, leadId.data) : null;
  if (lead === null) throw pageError('lead_not_found', 404);
  const cursor = new URL(request.url).searchParams.get('cursor') ?? undefined;
  const [{ calls, nextCursor }, origins, known] = await Promise.all([
    callsOfLead(context.db, businessId, lead.leadId, cursor),
    fieldOrigins(context.db, businessId, lead.leadId),
    knownFields(context, businessId),
  ]);
  return { lead, calls, nextCursor, origins, known, first: cursor === undefined, readAt: new Date() };
}

async function callsOfLead(db: Database, businessId: string, leadId: string, cursor: string | undefined) {
  try {
    return await listCalls(db, businessId, { cursor, limit: PAGE_SIZE, filter: { leadId } });
  } catch (error) {
    // An old or broken link leads to the first page.
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect(`/leads/${leadId}`);
    throw error;
  }
}

export default function Lead() {
  const { lead, calls, nextCursor, origins, known, first, readAt } = useLoaderData<typeof loader>();
  const path = `/leads/${lead.leadId}`;
  return (
    <>
      <Breadcrumbs above={[{ to: '/leads', text: 'לידים' }]} here={<bdi>{leadName(lead)}</bdi>} />
      <PageHeader title={<bdi>{leadName(lead)}</bdi>}>
        ליד מ־
        <Moment at={lead.createdAt} />
      </PageHeader>
      <div className="space-y-6">
        <Card id="lead-facts" title="מה ידוע" help="נאסף בשיחות. «מקור» מוביל למשפט שבו הדבר נאמר.">
          <Facts>
            <Fact name="טלפון">
              <LeadPhone phone={lead.phone} dial />
            </Fact>
            {collectedDetails(lead.fields).map(([key, value]) => {
              const { label, kind } = knownField(known, key);
              return (
                <Fact key={key} name={label}>
                  <span className="flex flex-wrap items-baseline gap-x-2">
                    <LeadValue kind={kind} value={value} />
                    <Origin origin={Object.hasOwn(origins, key) ? origins[key] : undefined} what={label} />
                  </span>
                </Fact>
              );
            })}
          </Facts>
        </Card>
        <section aria-labelledby="lead-calls">
          <h2 id="lead-calls" className="mb-4 text-lg font-bold">
            השיחות
          </h2>
          <CallCards calls={calls} readAt={readAt} />
          <CallTable calls={calls} readAt={readAt} />
          <Pagination
            label="דפי השיחות"
            newer={first ? null : path}
            older={nextCursor === null ? null : `${path}?cursor=${encodeURIComponent(nextCursor)}`}
          />
        </section>
      </div>
    </>
  );
}

function Origin({ origin, what }: { origin: FieldOrigin | undefined; what: string }) {
  const turn = origin?.turns[0];
  if (origin === undefined || turn === undefined) return null;
  return (
    <Link
      to={`/calls/${encodeURIComponent(origin.callSid)}#${turnAnchor(turn)}`}
      aria-label={`${what}: לקטע בשיחה שבו זה נאמר`}
      className="inline-flex min-h-6 items-center text-sm font-medium text-accent-text underline-offset-4 hover:underline"
    >
      מקור
    </Link>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
