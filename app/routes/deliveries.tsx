import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, redirect, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { EVENT_TYPES, listDeliveries, requestReplay, type DeliverySummary } from '../../domain/deliveries/index.ts';
import { destinationsOf, type DestinationHealth } from '../../domain/destinations/index.ts';
import { dispatchOutbox } from '../../domain/outbox/index.ts';
import { can } from '../../domain/users/permissions.ts';
import { isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { SelectField } from '../components/choice-fields.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { RetryIcon, SendIcon } from '../components/icons.tsx';
import { LiveNotice } from '../components/live-notice.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { Table, type Column } from '../components/table.tsx';
import { deliveryReason, errorText } from '../errors.he.ts';
import { formatDelay } from '../format.ts';
import { DELIVERY_LABELS, destinationLabel, eventLabel } from '../labels.he.ts';
import { leadName } from '../lists/lead-name.ts';
import type { LiveChange } from '../live/changes.ts';
import { useLive } from '../live/use-live.ts';
import { receiveForm } from '../mutation.server.ts';
import { requirePerson } from '../session.server.ts';
import { redirectSaying } from '../toast.server.ts';

export const meta: MetaFunction = () => [{ title: 'משלוחים · ProSaaS' }];

const PAGE_SIZE = 25;
const HOUR_MS = 3_600_000;
/** Periods a list can be narrowed to, and a replay can reach back, in hours. */
const PERIODS = { day: 24, week: 7 * 24, month: 30 * 24 } as const;
const PERIOD_TEXTS = { day: '24 השעות האחרונות', week: 'השבוע האחרון', month: 'החודש האחרון' } as const;
type Period = keyof typeof PERIODS;

// What does not fit is left out: an old or broken link shows the whole list.
const query = z.object({
  destination: z.uuid().optional().catch(undefined),
  status: z.enum(['pending', 'delivered', 'failed']).optional().catch(undefined),
  event: z
    .enum([...EVENT_TYPES, 'test'])
    .optional()
    .catch(undefined),
  period: z.enum(['day', 'week', 'month']).optional().catch(undefined),
  cursor: z.string().optional(),
});

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'deliveries.read');
  const url = new URL(request.url);
  const asked = query.parse(Object.fromEntries(url.searchParams));
  const now = Date.now();
  const since = asked.period === undefined ? undefined : new Date(now - PERIODS[asked.period] * HOUR_MS);
  const filter = { destinationId: asked.destination, status: asked.status, event: asked.event, since };
  try {
    const [destinations, { deliveries, nextCursor }] = await Promise.all([
      destinationsOf(context.db, businessId),
      listDeliveries(context.db, businessId, filter, { cursor: asked.cursor, limit: PAGE_SIZE }),
    ]);
    const page = (cursor: string | null) => {
      const next = new URLSearchParams(url.searchParams);
      if (cursor === null) next.delete('cursor');
      else next.set('cursor', cursor);
      return `/deliveries?${next.toString()}`;
    };
    return {
      destinations,
      deliveries,
      events: [...EVENT_TYPES, 'test'],
      asked,
      newer: asked.cursor === undefined ? null : page(null),
      older: nextCursor === null ? null : page(nextCursor),
      mayReplay: can(role, 'deliveries.replay'),
      mayManage: can(role, 'destinations.write'),
    };
  } catch (error) {
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect('/deliveries');
    throw error;
  }
}

/** Sends everything that failed at a destination within a period once more. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'deliveries.replay');
  const form = await receiveForm(request, context);
  const destinationId = z.uuid().safeParse(formText(form, 'destination_id'));
  const period = z.enum(['day', 'week', 'month']).catch('day').parse(formText(form, 'period'));
  if (!destinationId.success) return data({ error: 'destination_not_found' }, { status: 404 });
  const until = new Date();
  const since = new Date(until.getTime() - PERIODS[period] * HOUR_MS);
  try {
    const request = { destinationId: destinationId.data, since, until };
    const outboxId = await requestReplay(context.db, businessId, actor, request);
    await dispatchOutbox(context.db, context.queue, businessId, outboxId);
  } catch (error) {
    if (isAppError(error) && statusOf(error.code) < 500) {
      return data({ error: error.code }, { status: statusOf(error.code) });
    }
    throw error;
  }
  return redirectSaying(
    context,
    `/deliveries?destination=${destinationId.data}`,
    'מה שנכשל נשלח שוב. הרשימה מתעדכנת ככל שהתשובות מגיעות.',
  );
}

const concerns = ({ kind }: LiveChange) => kind === 'delivery';

export default function Deliveries() {
  const loaded = useLoaderData<typeof loader>();
  const { destinations, deliveries, events, asked, newer, older, mayReplay, mayManage } = loaded;
  const failed = useActionData<typeof action>();
  const live = useLive({ data: loaded, active: deliveries.some(({ status }) => status === 'pending'), concerns });
  const filtered = Object.values(asked).some((value) => value !== undefined);
  const shown = destinations.filter(({ removed, pending, delivered }) => !removed || pending + delivered > 0);
  return (
    <>
      <PageHeader title="משלוחים">מה נשלח למערכות אחרות, מה הן ענו, ומה עוד מחכה.</PageHeader>
      <LiveNotice state={live} />
      {failed === undefined ? null : (
        <div role="alert" className="mb-6">
          <Notice tone="danger">{errorText(failed.error)}</Notice>
        </div>
      )}
      {shown.length === 0 ? null : (
        <ul className="mb-8 grid gap-4 lg:grid-cols-2">
          {shown.map((destination) => (
            <li key={destination.destinationId}>
              <Health destination={destination} mayReplay={mayReplay} mayManage={mayManage} />
            </li>
          ))}
        </ul>
      )}
      {deliveries.length === 0 && !filtered ? (
        <EmptyState
          icon={SendIcon}
          title="עדיין לא נשלח דבר"
          action={
            mayManage ? (
              <Link to="/settings/integrations/destinations" className={buttonClass('primary')}>
                הוספת יעד
              </Link>
            ) : undefined
          }
        >
          אחרי כל שיחה הנתונים יישלחו ליעדים שתגדירו, וכל ניסיון יופיע כאן.
        </EmptyState>
      ) : (
        <>
          <FilterBar label="סינון המשלוחים" filtered={filtered}>
            <SelectField
              name="destination"
              label="יעד"
              value={asked.destination ?? ''}
              options={[ANY, ...destinations.map(({ destinationId, name }) => ({ value: destinationId, label: name }))]}
            />
            <SelectField
              name="status"
              label="מצב"
              value={asked.status ?? ''}
              options={[
                ANY,
                ...(['pending', 'delivered', 'failed'] as const).map((value) => ({
                  value,
                  label: DELIVERY_LABELS[value].text,
                })),
              ]}
            />
            <SelectField
              name="event"
              label="אירוע"
              value={asked.event ?? ''}
              options={[ANY, ...events.map((value) => ({ value, label: eventLabel(value) }))]}
            />
            <SelectField
              name="period"
              label="תקופה"
              value={asked.period ?? ''}
              options={[ANY, ...Object.entries(PERIOD_TEXTS).map(([value, label]) => ({ value, label }))]}
            />
          </FilterBar>
          {deliveries.length === 0 ? (
            <EmptyState icon={SendIcon} title="אין משלוחים שמתאימים לסינון" />
          ) : (
            <Table
              caption="משלוחים, מהחדש לישן"
              columns={COLUMNS}
              rows={deliveries}
              rowKey={({ deliveryId }) => deliveryId}
              rowTo={({ deliveryId }) => `/deliveries/${deliveryId}`}
            />
          )}
          <Pagination label="דפי המשלוחים" newer={newer} older={older} />
        </>
      )}
    </>
  );
}

/** Leaves a filter unset. */
const ANY = { value: '', label: 'הכול' };

const COLUMNS: readonly Column<DeliverySummary>[] = [
  {
    key: 'event',
    title: 'אירוע',
    cell: ({ event, about }) => (
      <>
        {eventLabel(event)}
        {about === null ? null : (
          <bdi dir="rtl" className="block text-sm font-normal text-muted">
            {leadName(about)}
          </bdi>
        )}
      </>
    ),
  },
  { key: 'destination', title: 'יעד', cell: ({ destination }) => <bdi>{destination}</bdi> },
  { key: 'created', title: 'נוצר', cell: ({ createdAt }) => <Moment at={createdAt} as="short" /> },
  {
    key: 'status',
    title: 'מצב',
    cell: ({ status }) => <Badge label={DELIVERY_LABELS[status]} live={status === 'pending'} />,
  },
  { key: 'attempts', title: 'ניסיונות', numeric: true, cell: ({ attemptCount }) => attemptCount },
  { key: 'error', title: 'סיבה', cell: ({ lastError }) => (lastError === null ? null : reasonOf(lastError)) },
];

function reasonOf(error: string) {
  return deliveryReason(error, Number(/^http_(\d+)$/u.exec(error)?.[1] ?? 0) || null);
}

interface HealthProps {
  readonly destination: DestinationHealth;
  readonly mayReplay: boolean;
  readonly mayManage: boolean;
}

/** How one destination does, at a glance. */
function Health({ destination, mayReplay, mayManage }: HealthProps) {
  const { destinationId, name, kind, delivered, failed, pending, p50Ms, p95Ms, lastSuccessAt } = destination;
  const label = destinationLabel(destination);
  const list = (status: string) => `/deliveries?destination=${destinationId}&status=${status}`;
  return (
    <Card id={`destination-${destinationId}`} title={name} aside={<Badge label={label} />}>
      {label.explanation === undefined ? null : <p className="mb-4 text-danger">{label.explanation}</p>}
      <dl className="grid grid-cols-3 gap-3 text-center">
        <Figure name="נשלחו" value={delivered} to={list('delivered')} />
        <Figure name="נכשלו" value={failed} to={list('failed')} danger={failed > 0} />
        <Figure name="ממתינים" value={pending} to={list('pending')} />
      </dl>
      <p className="mt-4 text-sm text-muted">
        ב־24 השעות האחרונות
        {p50Ms === null || p95Ms === null ? null : (
          <>
            {' · '}זמן תשובה: {formatDelay(p50Ms)} בדרך כלל, עד {formatDelay(p95Ms)} ב־95% מהמקרים
          </>
        )}
        {lastSuccessAt === null ? null : (
          <>
            {' · '}הצלחה אחרונה: <Moment at={lastSuccessAt} as="short" />
          </>
        )}
      </p>
      <div className="mt-4 flex flex-wrap items-center gap-3">
        {mayReplay && destination.status === 'active' && failed > 0 ? (
          <OwnForm method="post" className="flex flex-wrap items-center gap-3">
            <input type="hidden" name="destination_id" value={destinationId} />
            <input type="hidden" name="period" value={'day' satisfies Period} />
            <Button type="submit" look="secondary">
              <RetryIcon />
              שליחה מחדש של מה שנכשל ביממה
            </Button>
          </OwnForm>
        ) : null}
        {mayManage && !destination.removed ? (
          <Link
            to={
              kind === 'webhook'
                ? `/settings/integrations/destinations/${destinationId}`
                : '/settings/integrations/destinations'
            }
            className="inline-flex min-h-11 items-center font-medium text-accent-text underline-offset-4 hover:underline"
          >
            הגדרות היעד
          </Link>
        ) : null}
      </div>
    </Card>
  );
}

function Figure({ name, value, to, danger = false }: { name: string; value: number; to: string; danger?: boolean }) {
  return (
    <div className="relative rounded-control bg-sunken p-3">
      <dt className="text-sm text-muted">
        <Link to={to} className="after:absolute after:inset-0 after:rounded-control">
          {name}
        </Link>
      </dt>
      <dd className={`text-2xl font-bold tabular-nums ${danger ? 'text-danger' : ''}`}>{value}</dd>
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
