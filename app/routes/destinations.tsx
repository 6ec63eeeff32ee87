import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, redirect, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { readAdministration } from '../../domain/businesses/index.ts';
import { EVENT_TYPES } from '../../domain/deliveries/index.ts';
import {
  addWebhook,
  destinationsOf,
  sendTest,
  switchDestination,
  webhookChoice,
} from '../../domain/destinations/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { WebhookFields } from '../components/webhook-fields.tsx';
import { errorText } from '../errors.he.ts';
import { destinationLabel, eventLabel } from '../labels.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { FLAG_TEXTS } from '../settings/flags.he.ts';

export const meta: MetaFunction = () => [{ title: 'יעדי שליחה · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'destinations.write');
  const [destinations, administration] = await Promise.all([
    destinationsOf(context.db, businessId),
    readAdministration(context.db, businessId),
  ]);
  return {
    destinations: destinations.filter(({ removed }) => !removed),
    events: [...EVENT_TYPES],
    closed: administration?.flags.webhooks === false,
  };
}

/** Adds a webhook; for one that is there: a test, or on again. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'destinations.write');
  const form = await receiveForm(request, context);
  const given = { name: formText(form, 'name'), url: formText(form, 'url'), events: form.getAll('events').map(String) };
  try {
    switch (formText(form, 'intent')) {
      case 'add': {
        const choice = webhookChoice.safeParse(given);
        if (!choice.success) {
          const fields: Record<string, string | undefined> = Object.fromEntries(
            choice.error.issues.map(({ path, message }) => [String(path[0]), message]),
          );
          return data({ error: null, fields, given, secret: null }, { status: 422 });
        }
        const { secret } = await addWebhook(context.db, { businessId, actor, vault: context.vault }, choice.data);
        return data({ error: null, fields: {}, given: null, secret });
      }
      case 'test':
        return redirect(`/deliveries/${await sendTest(context.db, businessId, idOf(form), actor)}`);
      case 'on':
        await switchDestination(context.db, { businessId, actor }, idOf(form), 'active');
        return redirect('/settings/integrations/destinations');
      default:
        throw pageError('not_found', 404);
    }
  } catch (error) {
    if (isAppError(error) && statusOf(error.code) < 500) {
      return data({ error: error.code, fields: {}, given, secret: null }, { status: statusOf(error.code) });
    }
    throw error;
  }
}

function idOf(form: FormData): string {
  const id = z.uuid().safeParse(formText(form, 'destination_id'));
  if (!id.success) throw pageError('destination_not_found', 404);
  return id.data;
}

export default function Destinations() {
  const { destinations, events, closed } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <>
      <Breadcrumbs above={[{ to: '/settings', text: 'הגדרות' }]} here="יעדי שליחה" />
      <PageHeader
        title="יעדי שליחה"
        aside={
          <Link to="/deliveries" className={buttonClass('secondary')}>
            לדף המשלוחים
          </Link>
        }
      >
        לאן נשלחים אירועים מהשיחות ומהלידים: n8n, Make, Zapier או כל מערכת שמקבלת Webhook.
      </PageHeader>
      {closed ? (
        <div className="mb-6">
          <Notice tone="warn">{FLAG_TEXTS.webhooks.closed}</Notice>
        </div>
      ) : null}
      {result === undefined || result.error === null ? null : (
        <div role="alert" className="mb-6">
          <Notice tone="danger">{errorText(result.error)}</Notice>
        </div>
      )}
      {result === undefined || result.secret === null ? null : (
        <div role="status" className="mb-6">
          <Card id="secret" title="היעד נוסף">
            <CopyField
              id="signing-secret"
              label="סוד החתימה"
              value={result.secret}
              help="הסוד מוצג פעם אחת בלבד. שמרו אותו במערכת המקבלת, כדי שהיא תוכל לוודא שהאירועים באמת הגיעו מאיתנו."
            />
          </Card>
        </div>
      )}
      <div className="space-y-6">
        {destinations.map((destination) => {
          const label = destinationLabel(destination);
          const { destinationId, name, kind } = destination;
          return (
            <Card key={destinationId} id={`destination-${destinationId}`} title={name} aside={<Badge label={label} />}>
              {label.explanation === undefined ? null : <p className="mb-3 text-danger">{label.explanation}</p>}
              <p className="text-muted">
                {kind === 'webhook'
                  ? destination.events.map(eventLabel).join(' · ')
                  : 'תמלול של כל שיחה שהסתיימה. הכתובת והמתג נמצאים בהגדרות העסק.'}
              </p>
              <div className="mt-4 flex flex-wrap gap-3">
                {kind === 'webhook' ? (
                  <Link to={destinationId} className={buttonClass('secondary')}>
                    עריכה
                  </Link>
                ) : (
                  <Link to="/settings/business" className={buttonClass('secondary')}>
                    להגדרות העסק
                  </Link>
                )}
                <Deed intent="test" destinationId={destinationId} text="שליחת ניסיון" />
                {destination.status === 'off' ? (
                  <Deed intent="on" destinationId={destinationId} text="הפעלה מחדש" />
                ) : null}
              </div>
            </Card>
          );
        })}
        <Card
          id="add"
          title="יעד חדש"
          help="כל אירוע נחתם לפי תקן Standard Webhooks ונשלח שוב, עד שמונה פעמים, אם היעד לא ענה."
        >
          <OwnForm method="post" className="space-y-5" key={result?.secret ?? 'add'}>
            <input type="hidden" name="intent" value="add" />
            <WebhookFields
              events={events}
              value={result?.given ?? { name: '', url: '', events }}
              errors={result?.fields ?? {}}
            />
            <Button type="submit">הוספת יעד</Button>
          </OwnForm>
        </Card>
      </div>
    </>
  );
}

function Deed({ intent, destinationId, text }: { intent: string; destinationId: string; text: string }) {
  return (
    <OwnForm method="post">
      <input type="hidden" name="intent" value={intent} />
      <input type="hidden" name="destination_id" value={destinationId} />
      <Button type="submit" look="secondary">
        {text}
      </Button>
    </OwnForm>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
