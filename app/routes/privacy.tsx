import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { redirect, useActionData, useLoaderData } from '@remix-run/react';
import { beginErasure, continueErasure, heldData, SUBJECT_ERASE, subjectOf } from '../../domain/privacy/index.ts';
import { dispatchWaiting } from '../../domain/outbox/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { CheckboxField } from '../components/choice-fields.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { PhoneNumber } from '../components/ltr.tsx';
import { Notice } from '../components/notice.tsx';
import { OfBusiness, OwnForm } from '../components/own-form.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { TextField } from '../components/text-fields.tsx';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'פרטיות · ProSaaS' }];

/** Steps of an erasure done while the person waits; a job does the rest. */
const STEPS_AT_ONCE = 10;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { role } = await requirePerson(request, context, 'privacy.read');
  return { mayErase: can(role, 'privacy.write') };
}

/** Looks up what is held, or erases it, by the form's `intent`. A number is never part of an address. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const erases = formText(form, 'intent') === 'erase';
  const { businessId, actor } = await requirePerson(request, context, erases ? 'privacy.write' : 'privacy.read');
  const phone = formText(form, 'phone').slice(0, 40);
  try {
    const subject = subjectOf(businessId, phone);
    if (!erases) return data({ held: await heldData(context.db, subject) });
    const again = formText(form, 'again');
    const refuse = async (error: string, status: number) =>
      data({ held: await heldData(context.db, subject), error }, { status });
    if (!isSame(subject.phone, again, businessId)) return await refuse('יש להקליד את אותו מספר שוב.', 422);
    const forgetsOptOut = form.has('forget_opt_out');
    const { appSecret } = context.config;
    const id = await beginErasure(context.db, subject, { actor, appSecret, forgetsOptOut }).catch((error: unknown) => {
      if (isAppError(error) && error.code === 'subject_in_call') return null;
      throw error;
    });
    if (id === null) return await refuse(errorText('subject_in_call'), 409);
    const progress = await continueErasure(context.db, businessId, id, STEPS_AT_ONCE);
    if (progress !== 'finished') await dispatchWaiting(context.db, context.queue, businessId, SUBJECT_ERASE);
    return redirect(`/privacy/erasures/${id}`);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'phone_invalid') throw error;
    return data({ phone, phoneError: errorText(error.code) }, { status: 422 });
  }
}

function isSame(phone: string, typed: string, businessId: string): boolean {
  try {
    return subjectOf(businessId, typed).phone === phone;
  } catch {
    return false;
  }
}

interface Answer {
  readonly phone?: string;
  readonly phoneError?: string;
  readonly error?: string;
  readonly held?: {
    readonly phone: string;
    readonly inCall: boolean;
    readonly kinds: readonly { readonly kind: string; readonly label: string; readonly count: number }[];
  };
}

export default function Privacy() {
  const { mayErase } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() as Answer | undefined;
  const held = answer?.held;
  return (
    <div className="max-w-3xl space-y-6">
      <PageHeader title="פרטיות">
        אדם רשאי לדעת מה נשמר עליו ולבקש שיימחק. כאן מוצאים, מורידים או מוחקים לפי מספר טלפון.
      </PageHeader>
      <Card id="subject" title="חיפוש לפי מספר">
        <OwnForm method="post" action="/privacy" className="flex flex-wrap items-end gap-3">
          <input type="hidden" name="intent" value="look" />
          <div className="min-w-0 flex-1 basis-56">
            <TextField
              name="phone"
              label="מספר טלפון"
              help="בכל צורה: 052-1234567, ‎+972521234567"
              value={answer?.phone ?? ''}
              error={answer?.phoneError}
              type="tel"
              dir="ltr"
              required
              maxLength={40}
            />
          </div>
          <Button type="submit">מה נשמר?</Button>
        </OwnForm>
      </Card>
      {held === undefined ? null : <Held held={held} mayErase={mayErase} error={answer?.error} />}
    </div>
  );
}

function Held({
  held,
  mayErase,
  error,
}: {
  held: NonNullable<Answer['held']>;
  mayErase: boolean;
  error: string | undefined;
}) {
  const isEmpty = held.kinds.every(({ count }) => count === 0);
  return (
    <>
      <Card id="held" title="מה נשמר" aside={<PhoneNumber number={held.phone} />}>
        {isEmpty ? (
          <p role="status" className="text-muted">
            לא נשמר דבר על המספר הזה.
          </p>
        ) : (
          <>
            <Facts>
              {held.kinds.map(({ kind, label, count }) => (
                <Fact key={kind} name={label}>
                  {count}
                </Fact>
              ))}
            </Facts>
            <p className="mt-4 text-sm text-muted">כולל שיחות ממספרים אחרים שבהן נמסר המספר הזה.</p>
            {/* A file is the browser's own business: no script stands in between. */}
            <form method="post" action="/privacy/archive" className="mt-5">
              <OfBusiness />
              <input type="hidden" name="phone" value={held.phone} />
              <Button type="submit" look="secondary">
                הורדת הכול כקובץ אחד
              </Button>
            </form>
          </>
        )}
      </Card>
      {isEmpty || !mayErase ? null : <EraseForm held={held} error={error} />}
    </>
  );
}

function EraseForm({ held, error }: { held: NonNullable<Answer['held']>; error: string | undefined }) {
  return (
    <Card
      id="erase"
      title="מחיקה לצמיתות"
      help="השיחות נשארות בסטטיסטיקה בלי מספר, בלי מילים ובלי פרטים. אי אפשר לשחזר. מה שכבר נשלח למערכות אחרות יש למחוק גם שם."
    >
      {held.inCall ? (
        <div className="mb-4">
          <Notice tone="warn">{errorText('subject_in_call')}</Notice>
        </div>
      ) : null}
      <OwnForm method="post" action="/privacy" className="space-y-4">
        <input type="hidden" name="intent" value="erase" />
        <input type="hidden" name="phone" value={held.phone} />
        <TextField
          name="again"
          label="לאישור, יש להקליד את המספר שוב"
          value=""
          error={error}
          type="tel"
          dir="ltr"
          required
          maxLength={40}
        />
        <CheckboxField
          name="forget_opt_out"
          label="למחוק גם את הבקשה שלא להתקשר"
          help="בלי הסימון המספר נשאר ברשימת «לא להתקשר», כדי שלא נתקשר אליו שוב בטעות."
        />
        <Button type="submit" look="danger">
          מחיקה
        </Button>
      </OwnForm>
    </Card>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
