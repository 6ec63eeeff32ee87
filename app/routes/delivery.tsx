import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, redirect, useActionData, useLoaderData } from '@remix-run/react';
import { getDelivery, INTERRUPTED, replay } from '../../domain/deliveries/index.ts';
import { can } from '../../domain/users/index.ts';
import { isId } from '../../platform/db/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { Badge } from '../components/badge.tsx';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { ClockIcon, RetryIcon } from '../components/icons.tsx';
import { LiveNotice } from '../components/live-notice.tsx';
import { Ltr } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { deliveryReason, errorText } from '../errors.he.ts';
import { formatDelay } from '../format.ts';
import { DELIVERY_LABELS, eventLabel } from '../labels.he.ts';
import type { LiveChange } from '../live/changes.ts';
import { useLive } from '../live/use-live.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'משלוח · ProSaaS' }];

/** A delivery whose next attempt is nearer than this is worth watching, ms. */
const SOON_MS = 60_000;
/** Characters of what is sent that a page shows. */
const SHOWN_BODY = 4_000;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'deliveries.read');
  const deliveryId = params['deliveryId'] ?? '';
  const delivery = isId(deliveryId) ? await getDelivery(context.db, businessId, deliveryId) : null;
  if (delivery === null) throw pageError('delivery_not_found', 404);
  const soon = Date.now() + SOON_MS;
  const { body, attempts, ...facts } = delivery;
  return {
    delivery: facts,
    attempts: attempts.map((attempt) => ({
      ...attempt,
      running:
        attempt.error === INTERRUPTED && delivery.status === 'pending' && attempt.number === delivery.attemptCount,
    })),
    body: body.slice(0, SHOWN_BODY),
    changing: delivery.status === 'pending' && (delivery.nextAttemptAt?.getTime() ?? 0) < soon,
    mayReplay: can(role, 'deliveries.replay'),
  };
}

/** Sends a failed delivery once more. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'deliveries.replay');
  await receiveForm(request, context);
  const deliveryId = params['deliveryId'] ?? '';
  if (!isId(deliveryId)) throw pageError('delivery_not_found', 404);
  try {
    await replay(context.db, businessId, deliveryId, actor);
    await context.queue.enqueue('deliver', { businessId, deliveryId });
    await context.publish({ kind: 'delivery', businessId });
  } catch (error) {
    if (isAppError(error) && statusOf(error.code) < 500) {
      return data({ error: error.code }, { status: statusOf(error.code) });
    }
    throw error;
  }
  return redirect(`/deliveries/${deliveryId}`);
}

const concerns = ({ kind }: LiveChange) => kind === 'delivery';

export default function DeliveryPage() {
  const loaded = useLoaderData<typeof loader>();
  const { delivery, attempts, body, changing, mayReplay } = loaded;
  const failed = useActionData<typeof action>();
  const live = useLive({ data: loaded, active: changing, concerns });
  const title = eventLabel(delivery.event);
  return (
    <>
      <Breadcrumbs above={[{ to: '/deliveries', text: 'משלוחים' }]} here={title} />
      <PageHeader
        title={title}
        aside={
          mayReplay && delivery.status === 'failed' && !delivery.destinationOff ? (
            <OwnForm method="post">
              <Button type="submit" look="secondary">
                <RetryIcon />
                שליחה מחדש
              </Button>
            </OwnForm>
          ) : undefined
        }
      >
        <span className="flex flex-wrap items-center gap-2.5">
          <Badge label={DELIVERY_LABELS[delivery.status]} live={delivery.status === 'pending'} />
          <span>
            אל <bdi>{delivery.destination}</bdi> · <Moment at={delivery.createdAt} />
          </span>
          {delivery.callSid === null ? null : (
            <Link
              to={`/calls/${encodeURIComponent(delivery.callSid)}`}
              className="font-medium text-accent-text hover:underline"
            >
              לשיחה
            </Link>
          )}
        </span>
      </PageHeader>
      <LiveNotice state={live} />
      {failed === undefined ? null : (
        <div role="alert" className="mb-6">
          <Notice tone="danger">{errorText(failed.error)}</Notice>
        </div>
      )}
      {delivery.status === 'failed' && delivery.lastError !== null ? (
        <div className="mb-6">
          <Notice tone="danger">
            {deliveryReason(delivery.lastError, attempts.at(-1)?.statusCode ?? null)}
            {delivery.destinationOff ? ' היעד כבוי כעת; אפשר לשלוח שוב אחרי שיופעל.' : null}
          </Notice>
        </div>
      ) : null}
      {delivery.status === 'pending' && delivery.attemptCount > 0 && delivery.nextAttemptAt !== null ? (
        <p className="mb-6 text-muted">
          הניסיון הבא: <Moment at={delivery.nextAttemptAt} as="short" />
        </p>
      ) : null}
      <div className="space-y-6">
        {attempts.length === 0 ? (
          <EmptyState icon={ClockIcon} title="עוד לא היה ניסיון" />
        ) : (
          attempts
            .map((attempt) => (
              <Card
                key={attempt.number}
                id={`attempt-${attempt.number}`}
                title={`ניסיון ${attempt.number}`}
                aside={<Outcome error={attempt.error} running={attempt.running} />}
              >
                <p className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
                  <Moment at={attempt.startedAt} />
                  {attempt.statusCode === null ? null : <Ltr>{`HTTP ${attempt.statusCode}`}</Ltr>}
                  {attempt.durationMs > 0 ? <span>{formatDelay(attempt.durationMs)}</span> : null}
                </p>
                {attempt.error === null || attempt.running ? null : (
                  <p className="mt-1">{deliveryReason(attempt.error, attempt.statusCode)}</p>
                )}
                {attempt.requestText === null ? null : (
                  <Exchange
                    title="מה נשלח"
                    first={attempt.url === '' ? null : `POST ${attempt.url}`}
                    headers={attempt.requestHeaders}
                    text={attempt.requestText}
                  />
                )}
                {attempt.statusCode === null ? null : (
                  <Exchange
                    title="מה היעד ענה"
                    first={null}
                    headers={attempt.responseHeaders}
                    text={attempt.responseText ?? ''}
                  />
                )}
              </Card>
            ))
            .reverse()
        )}
        <Card id="body" title="התוכן שנשלח">
          <Code text={body === '' ? '—' : body} />
        </Card>
      </div>
    </>
  );
}

function Outcome({ error, running }: { error: string | null; running: boolean }) {
  if (running) return <Badge label={{ text: 'מתבצע עכשיו', tone: 'accent' }} live />;
  return <Badge label={error === null ? { text: 'הצליח', tone: 'ok' } : { text: 'נכשל', tone: 'danger' }} />;
}

interface ExchangeProps {
  readonly title: string;
  readonly first: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One side of an exchange, secrets masked and cut by whoever stored it. */
function Exchange({ title, first, headers, text }: ExchangeProps) {
  const lines = [
    ...(first === null ? [] : [first]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(text === '' ? [] : ['', text]),
  ];
  return (
    <details className="mt-3">
      <summary className="min-h-6 cursor-pointer font-medium text-accent-text">{title}</summary>
      <Code text={lines.join('\n')} />
    </details>
  );
}

function Code({ text }: { text: string }) {
  return (
    <pre
      dir="ltr"
      tabIndex={0}
      className="mt-2 max-h-96 overflow-auto rounded-control bg-sunken p-3 text-start font-mono text-xs wrap-break-word whitespace-pre-wrap"
    >
      {text}
    </pre>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
