import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { redirect, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { EVENT_TYPES } from '../../domain/deliveries/index.ts';
import {
  changeWebhook,
  destinationsOf,
  endOverlap,
  removeWebhook,
  rotateSecret,
  sendTest,
  switchDestination,
  webhookChoice,
  webhookUrl,
} from '../../domain/destinations/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Confirm } from '../components/confirm.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { WebhookFields } from '../components/webhook-fields.tsx';
import { errorText } from '../errors.he.ts';
import { destinationLabel } from '../labels.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'יעד שליחה · ProSaaS' }];

const LIST = '/settings/integrations/destinations';

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'destinations.write');
  const id = params['destinationId'];
  const destination = (await destinationsOf(context.db, businessId)).find(
    ({ destinationId, kind, removed }) => destinationId === id && kind === 'webhook' && !removed,
  );
  if (destination === undefined) throw pageError('destination_not_found', 404);
  const url = await webhookUrl(context.db, { businessId, vault: context.vault }, destination.destinationId);
  return { destination, url, events: [...EVENT_TYPES] };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'destinations.write');
  const form = await receiveForm(request, context);
  const id = z.uuid().safeParse(params['destinationId']);
  if (!id.success) throw pageError('destination_not_found', 404);
  const destinationId = id.data;
  const managing = { businessId, actor, vault: context.vault };
  const here = `${LIST}/${destinationId}`;
  try {
    switch (formText(form, 'intent')) {
      case 'change': {
        const given = {
          name: formText(form, 'name'),
          url: formText(form, 'url'),
          events: form.getAll('events').map(String),
        };
        const choice = webhookChoice.safeParse(given);
        if (!choice.success) {
          const fields: Record<string, string | undefined> = Object.fromEntries(
            choice.error.issues.map(({ path, message }) => [String(path[0]), message]),
          );
          return data({ error: null, fields, given, secret: null, saved: false }, { status: 422 });
        }
        await changeWebhook(context.db, managing, destinationId, choice.data);
        return data({ error: null, fields: {}, given: null, secret: null, saved: true });
      }
      case 'rotate': {
        const secret = await rotateSecret(context.db, managing, destinationId);
        return data({ error: null, fields: {}, given: null, secret, saved: false });
      }
      case 'end-overlap':
        await endOverlap(context.db, managing, destinationId);
        return redirect(here);
      case 'test':
        return redirect(`/deliveries/${await sendTest(context.db, businessId, destinationId, actor)}`);
      case 'on':
      case 'off':
        await switchDestination(
          context.db,
          managing,
          destinationId,
          formText(form, 'intent') === 'on' ? 'active' : 'off',
        );
        return redirect(here);
      case 'remove':
        await removeWebhook(context.db, managing, destinationId);
        return redirect(LIST);
      default:
        throw pageError('not_found', 404);
    }
  } catch (error) {
    if (isAppError(error) && statusOf(error.code) < 500) {
      const failure = { error: error.code, fields: {}, given: null, secret: null, saved: false };
      return data(failure, { status: statusOf(error.code) });
    }
    throw error;
  }
}

export default function Destination() {
  const { destination, url, events } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const label = destinationLabel(destination);
  return (
    <>
      <Breadcrumbs
        above={[
          { to: '/settings', text: 'הגדרות' },
          { to: LIST, text: 'יעדי שליחה' },
        ]}
        here={destination.name}
      />
      <PageHeader title={<bdi>{destination.name}</bdi>} aside={<Badge label={label} />}>
        {label.explanation}
      </PageHeader>
      {result === undefined || result.error === null ? null : (
        <div role="alert" className="mb-6">
          <Notice tone="danger">{errorText(result.error)}</Notice>
        </div>
      )}
      {result?.saved === true ? (
        <div role="status" className="mb-6">
          <Notice tone="ok">נשמר.</Notice>
        </div>
      ) : null}
      <div className="space-y-6">
        <Card id="webhook" title="מה נשלח ולאן">
          <OwnForm method="post" className="space-y-5">
            <input type="hidden" name="intent" value="change" />
            <WebhookFields
              events={events}
              value={result?.given ?? { name: destination.name, url, events: destination.events }}
              errors={result?.fields ?? {}}
            />
            <Button type="submit">שמירה</Button>
          </OwnForm>
        </Card>
        <Card
          id="secret"
          title="סוד החתימה"
          help="החלפה יוצרת סוד חדש. במשך 24 שעות שני הסודות חותמים, כדי שאפשר יהיה לעדכן את המערכת המקבלת בלי לאבד אירוע."
        >
          {result === undefined || result.secret === null ? null : (
            <div role="status" className="mb-5">
              <CopyField id="signing-secret" label="הסוד החדש" value={result.secret} help="הסוד מוצג פעם אחת בלבד." />
            </div>
          )}
          {destination.overlapUntil === null ? null : (
            <p className="mb-4 text-muted">
              הסוד הקודם חותם עד <Moment at={destination.overlapUntil} as="short" />.
            </p>
          )}
          <div className="flex flex-wrap gap-3">
            <Deed intent="rotate" text="החלפת הסוד" />
            {destination.overlapUntil === null ? null : <Deed intent="end-overlap" text="ביטול הסוד הקודם עכשיו" />}
          </div>
        </Card>
        <Card id="deeds" title="בדיקה והפעלה">
          <div className="flex flex-wrap gap-3">
            <Deed intent="test" text="שליחת ניסיון" />
            {destination.status === 'off' ? <Deed intent="on" text="הפעלה" /> : <Deed intent="off" text="כיבוי" />}
            <Confirm
              trigger="הסרת היעד"
              look="danger"
              title="להסיר את היעד?"
              confirmText="הסרה"
              fields={{ intent: 'remove' }}
            >
              <p>אירועים לא יישלחו אליו יותר, והסוד שלו נמחק. אי אפשר להחזיר אותו; אפשר להוסיף יעד חדש.</p>
            </Confirm>
          </div>
        </Card>
      </div>
    </>
  );
}

function Deed({ intent, text }: { intent: string; text: string }) {
  return (
    <OwnForm method="post">
      <input type="hidden" name="intent" value={intent} />
      <Button type="submit" look="secondary">
        {text}
      </Button>
    </OwnForm>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
