import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { type ClientLoaderFunctionArgs, Link, useLoaderData } from '@remix-run/react';
import { DateTime } from 'luxon';
import { getBusiness } from '../../domain/businesses/index.ts';
import { listCalls } from '../../domain/calls/index.ts';
import { readDashboard } from '../../domain/dashboard/index.ts';
import { buttonClass } from '../components/button.tsx';
import { CallCards, CallTable } from '../components/call-list.tsx';
import { Card } from '../components/card.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { AlertIcon, PeopleIcon, PhoneIcon, PulseIcon } from '../components/icons.tsx';
import { LiveNotice } from '../components/live-notice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Stat, Stats } from '../components/stat.tsx';
import { TrendChart } from '../components/trend-chart.tsx';
import { filteredAddress } from '../lists/call-outcomes.ts';
import type { LiveChange } from '../live/changes.ts';
import { readOrKeep } from '../live/last-read.ts';
import { useLive } from '../live/use-live.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'מבט כללי · ProSaaS' }];

/** Calls shown under the figures. */
const LATEST = 5;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'dashboard.read');
  const business = await getBusiness(context.db, businessId);
  const timeZone = business?.timeZone ?? 'UTC';
  const [dashboard, { calls }] = await Promise.all([
    readDashboard(context.db, businessId, timeZone),
    listCalls(context.db, businessId, { limit: LATEST }),
  ]);
  const today = DateTime.fromJSDate(dashboard.today, { zone: timeZone }).toISODate() ?? '';
  return { dashboard, calls, today, readAt: new Date() };
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  readOrKeep(request.url, () => serverLoader<typeof loader>());

/** What is said in a call changes none of the figures. */
const QUIET: ReadonlySet<string> = new Set(['call_turns', 'call_settled', 'agent_speaking', 'agent_quiet']);
const concerns = ({ kind }: LiveChange) => !QUIET.has(kind);

const inWords = (day: string) =>
  DateTime.fromISO(day, { zone: 'utc' })
    .setLocale('he')
    .toLocaleString({ weekday: 'long', day: 'numeric', month: 'long' });
const inShort = (day: string) => DateTime.fromISO(day, { zone: 'utc' }).toFormat('d.M');

export default function Dashboard() {
  const data = useLoaderData<typeof loader>();
  const { dashboard, calls, today, readAt } = data;
  const live = useLive({ data, active: dashboard.liveNow > 0, concerns });
  const { callsToday, liveNow, leadsToday, failedDeliveries } = dashboard;
  return (
    <>
      <PageHeader title="מבט כללי">מה קורה בעסק עכשיו, ומה היה בשבועיים האחרונים.</PageHeader>
      <LiveNotice state={live} />
      <Stats>
        <Stat
          name="שיחות היום"
          value={callsToday}
          icon={PhoneIcon}
          to={filteredAddress('/calls', { from: today, to: today })}
        />
        <Stat
          name="מתקיימות עכשיו"
          value={liveNow}
          icon={PulseIcon}
          to={filteredAddress('/calls', { outcome: 'live' })}
        />
        <Stat
          name="לידים חדשים היום"
          value={leadsToday}
          icon={PeopleIcon}
          to={filteredAddress('/leads', { from: today })}
        />
        <Stat
          name="שליחות שנכשלו"
          value={failedDeliveries}
          icon={AlertIcon}
          tone={failedDeliveries > 0 ? 'danger' : 'neutral'}
          note="ב־30 הימים האחרונים"
          to="/deliveries?status=failed&period=month"
        />
      </Stats>
      {calls.length === 0 ? (
        <div className="mt-6">
          <EmptyState icon={PhoneIcon} title="עדיין אין שיחות">
            אחרי השיחה הראשונה יופיעו כאן המגמות של העסק.
          </EmptyState>
        </div>
      ) : (
        <>
          <div className="mt-6 grid gap-6 lg:grid-cols-2">
            <Card id="by-day" title="שיחות לפי יום">
              <TrendChart
                unit="שיחות"
                caption="שיחות בכל אחד מ־14 הימים האחרונים"
                heading="יום"
                points={dashboard.days.map((day) => ({
                  label: inShort(day.day),
                  name: inWords(day.day),
                  value: day.calls,
                  to: filteredAddress('/calls', { from: day.day, to: day.day }),
                }))}
              />
            </Card>
            <Card id="by-hour" title="שיחות לפי שעה">
              <TrendChart
                unit="שיחות"
                caption="שיחות ב־14 הימים האחרונים לפי השעה שבה התחילו"
                heading="שעה"
                points={dashboard.hours.map((value, hour) => ({
                  label: String(hour).padStart(2, '0'),
                  name: `${String(hour).padStart(2, '0')}:00–${String((hour + 1) % 24).padStart(2, '0')}:00`,
                  value,
                }))}
              />
            </Card>
          </div>
          <section aria-labelledby="latest" className="mt-8">
            <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
              <h2 id="latest" className="text-lg font-bold">
                השיחות האחרונות
              </h2>
              <Link to="/calls" className={buttonClass('secondary')}>
                לכל השיחות
              </Link>
            </div>
            <CallCards calls={calls} readAt={readAt} />
            <CallTable calls={calls} readAt={readAt} />
          </section>
        </>
      )}
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
