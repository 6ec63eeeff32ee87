import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { addNumber, labelNumber, listNumbers, removeNumber } from '../../domain/numbers/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { fieldsOf, statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { ErrorSummary } from '../components/error-summary.tsx';
import { PhoneNumber } from '../components/ltr.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { TextField } from '../components/text-fields.tsx';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'מספרי טלפון · הגדרות · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'numbers.read');
  const numbers = await listNumbers(context.db, businessId);
  const asked = new URL(request.url).searchParams.get('remove');
  return {
    numbers: numbers.map(({ id, number, label }) => ({ id, number, label })),
    removing: numbers.find(({ id }) => id === asked)?.id ?? null,
    mayWrite: can(role, 'numbers.write'),
    webhooks: {
      incoming: `${context.config.publicUrl}/webhook/incoming_call`,
      status: `${context.config.publicUrl}/webhook/call_status`,
    },
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'numbers.write');
  const form = await receiveForm(request, context);
  const id = formText(form, 'number_id');
  const [number, label] = [formText(form, 'number'), formText(form, 'label')];
  try {
    switch (formText(form, 'intent')) {
      case 'add':
        await addNumber(context.db, businessId, { number, label }, actor);
        break;
      case 'label':
        await labelNumber(context.db, businessId, id, label, actor);
        break;
      case 'remove':
        await removeNumber(context.db, businessId, id, actor);
        break;
      default:
        throw pageError('not_found', 404);
    }
  } catch (error) {
    if (!isAppError(error) || statusOf(error.code) >= 500) throw error;
    if (error.code === 'number_not_found') throw pageError('number_not_found', 404);
    const fields = fieldsOf(error.details) ?? {};
    return data(
      { code: error.code, fields, typed: { number, label }, at: Date.now() },
      { status: statusOf(error.code) },
    );
  }
  return redirect('/settings/numbers');
}

export default function Numbers() {
  const { numbers, removing, mayWrite, webhooks } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>();
  const labels = { number: 'מספר', label: 'שם' };
  return (
    <div className="space-y-6">
      {failure === undefined ? null : (
        <ErrorSummary
          fields={failure.fields}
          labels={labels}
          message={failure.code === 'validation_failed' ? undefined : errorText(failure.code)}
          attempt={failure.at}
        />
      )}
      <Card
        id="card-numbers"
        title="המספרים של העסק"
        help="שיחה לכל אחד מהמספרים האלה נענית על ידי הסוכן. שינוי חל מהשיחה הבאה."
      >
        {numbers.length === 0 ? (
          <Notice tone="warn">אין לעסק מספר, ולכן הסוכן אינו מקבל שיחות.</Notice>
        ) : (
          <ul className="divide-y divide-line">
            {numbers.map(({ id, number, label }) => (
              <li key={id} className="py-4 first:pt-0 last:pb-0">
                <div className="flex flex-wrap items-end justify-between gap-3">
                  <p className="min-w-40 text-lg font-semibold">
                    <PhoneNumber number={number} />
                  </p>
                  {mayWrite ? (
                    <>
                      <OwnForm
                        method="post"
                        className="flex w-full min-w-0 flex-wrap items-end gap-3 sm:w-auto sm:flex-1"
                        preventScrollReset
                      >
                        <input type="hidden" name="number_id" value={id} />
                        <div className="min-w-40 flex-1">
                          <TextField id={`label-${id}`} name="label" label="שם" value={label} maxLength={60} />
                        </div>
                        <Button type="submit" look="secondary" name="intent" value="label">
                          שמירת השם
                        </Button>
                      </OwnForm>
                      <Link to={`?remove=${id}`} preventScrollReset className={buttonClass('secondary')}>
                        הסרה
                      </Link>
                    </>
                  ) : (
                    <p className="text-muted">{label}</p>
                  )}
                </div>
                {removing === id && mayWrite ? (
                  <OwnForm method="post" className="mt-4 space-y-3" aria-label="אישור הסרה">
                    <Notice tone={numbers.length === 1 ? 'danger' : 'warn'}>
                      {numbers.length === 1
                        ? 'זה המספר היחיד של העסק: אחרי ההסרה הסוכן לא יקבל שום שיחה.'
                        : 'אחרי ההסרה שיחות למספר הזה לא ייענו.'}
                    </Notice>
                    <input type="hidden" name="number_id" value={id} />
                    <div className="flex flex-wrap gap-3">
                      <Button type="submit" name="intent" value="remove">
                        להסיר את המספר
                      </Button>
                      <Link to="/settings/numbers" preventScrollReset className={buttonClass('secondary')}>
                        ביטול
                      </Link>
                    </div>
                  </OwnForm>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {mayWrite ? (
        <Card id="card-add-number" title="הוספת מספר">
          <OwnForm method="post" noValidate key={numbers.length} className="space-y-5">
            <div className="grid gap-5 sm:grid-cols-2">
              <TextField
                name="number"
                label="מספר"
                type="tel"
                dir="ltr"
                value={failure?.typed.number ?? ''}
                error={failure?.fields['number']}
                help="בתבנית ישראלית או בינלאומית (+972…); גם מספרי כוכבית ומספרים מקוצרים."
                required
              />
              <TextField
                name="label"
                label="שם"
                value={failure?.typed.label ?? ''}
                error={failure?.fields['label']}
                help="לדוגמה: מודעות, סניף חיפה. אפשר להשאיר ריק."
                maxLength={60}
              />
            </div>
            <Button type="submit" name="intent" value="add">
              הוספת המספר
            </Button>
          </OwnForm>
        </Card>
      ) : null}
      <Card
        id="card-twilio"
        title="חיבור המספר ב־Twilio"
        help="במסוף של Twilio: Phone Numbers, המספר שלכם, Voice. בשני השדות בוחרים Webhook ו־HTTP POST."
      >
        <div className="space-y-5">
          <CopyField id="webhook-incoming" label="A call comes in" value={webhooks.incoming} />
          <CopyField id="webhook-status" label="Call status changes" value={webhooks.status} />
        </div>
      </Card>
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
