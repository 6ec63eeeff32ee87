import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import {
  beginSecondFactor,
  confirmSecondFactor,
  disableSecondFactor,
  recoveryCodesLeft,
  renewRecoveryCodes,
  secondFactorSetup,
} from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { Notice } from '../components/notice.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { TextField } from '../components/text-fields.tsx';
import { formFailure, type FormFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { qrPath, secondFactorServices } from '../second-factor.server.ts';
import { requireAccount } from '../session.server.ts';
import { redirectSaying } from '../toast.server.ts';

export const meta: MetaFunction = () => [{ title: 'אימות דו־שלבי · ProSaaS' }];

// Secrets stand on this page: no cache and no history keeps it.
const KEPT_NOWHERE = { 'Cache-Control': 'no-store' };

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, business } = await requireAccount(request, context);
  const setup = user.hasSecondFactor ? null : await secondFactorSetup(secondFactorServices(context), user);
  return data(
    {
      isOn: user.hasSecondFactor,
      isRequired: business?.requiresSecondFactor === true,
      codesLeft: user.hasSecondFactor ? await recoveryCodesLeft(context.db, user.id) : 0,
      setup: setup === null ? null : { secret: setup.secret, uri: setup.uri, picture: qrPath(setup.uri) },
    },
    { headers: KEPT_NOWHERE },
  );
}

interface Answer {
  readonly failure: FormFailure | null;
  /** New recovery codes: this one time. */
  readonly codes: readonly string[] | null;
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { user, actor } = await requireAccount(request, context);
  const form = await receiveForm(request, context);
  const services = secondFactorServices(context);
  const kind = formText(form, 'form');
  const show = (codes: readonly string[]) => data<Answer>({ failure: null, codes }, { headers: KEPT_NOWHERE });
  try {
    switch (kind) {
      case 'begin':
        await beginSecondFactor(services, user);
        return redirect('/account/second-factor');
      case 'confirm':
        return show(await confirmSecondFactor(services, user, formText(form, 'code').slice(0, 64), actor));
      case 'renew':
        return show(await renewRecoveryCodes(services, user, formText(form, 'renew_password'), actor));
      case 'disable':
        await disableSecondFactor(services, user, formText(form, 'disable_password'), actor);
        return redirectSaying(context, '/account', 'האימות הדו־שלבי כובה.');
      default:
        throw new AppError('not_found', { permanent: true });
    }
  } catch (error) {
    const failed = formFailure(error, kind);
    return data<Answer>({ failure: failed.data, codes: null }, failed.init ?? {});
  }
}

export default function SecondFactor() {
  const { isOn, isRequired, codesLeft, setup } = useLoaderData<typeof loader>();
  const { failure = null, codes = null } = useActionData<typeof action>() ?? {};
  return (
    <div className="max-w-3xl space-y-6">
      <PageHeader title="אימות דו־שלבי">קוד מאפליקציה בטלפון, בנוסף לסיסמה.</PageHeader>
      {isRequired && !isOn ? (
        <Notice tone="warn">העסק דורש אימות דו־שלבי. אחרי ההפעלה אפשר להמשיך לעבוד.</Notice>
      ) : null}
      {codes !== null ? (
        <NewCodes codes={codes} />
      ) : isOn ? (
        <Manage codesLeft={codesLeft} failure={failure} />
      ) : setup === null ? (
        <Card
          title="הפעלה"
          id="begin"
          help="צריך אפליקציית אימות, כמו Google Authenticator או Microsoft Authenticator."
        >
          <FormProblem failure={failure} form="begin" />
          <Form method="post">
            <input type="hidden" name="form" value="begin" />
            <Button type="submit">התחלה</Button>
          </Form>
        </Card>
      ) : (
        <SetUp {...setup} failure={failure} />
      )}
    </div>
  );
}

interface SetUpProps {
  readonly secret: string;
  readonly uri: string;
  readonly picture: { readonly path: string; readonly side: number };
  readonly failure: FormFailure | null;
}

function SetUp({ secret, uri, picture, failure }: SetUpProps) {
  const busy = useNavigation().formData?.get('form') === 'confirm';
  return (
    <Card title="חיבור האפליקציה" id="set-up">
      <ol className="list-decimal space-y-6 ps-5">
        <li>
          <p>סרקו את הקוד באפליקציית האימות.</p>
          <svg
            role="img"
            aria-label="קוד QR לאפליקציית האימות"
            viewBox={`-4 -4 ${picture.side + 8} ${picture.side + 8}`}
            shapeRendering="crispEdges"
            className="mt-3 w-52 rounded-control border border-line"
          >
            {/* Dark on light in either theme: a camera reads it no other way. */}
            <rect x="-4" y="-4" width="100%" height="100%" fill="#fff" />
            <path d={picture.path} fill="#000" />
          </svg>
          <p className="mt-3">
            אין מצלמה?{' '}
            <a href={uri} className="font-medium text-accent-text underline underline-offset-4">
              פתיחה באפליקציה במכשיר הזה
            </a>{' '}
            או הקלדה ידנית:
          </p>
          <div className="mt-3">
            <CopyField id="secret" label="מפתח להקלדה" value={secret} />
          </div>
        </li>
        <li>
          <p>הזינו את הקוד שהאפליקציה מציגה.</p>
          <Form method="post" noValidate className="mt-3 space-y-5">
            <FormProblem failure={failure} form="confirm" />
            <input type="hidden" name="form" value="confirm" />
            <TextField
              name="code"
              label="קוד בן 6 ספרות"
              dir="ltr"
              inputMode="numeric"
              autoComplete="one-time-code"
              value=""
              maxLength={7}
              required
            />
            <Button type="submit" busy={busy} busyText="בודק…">
              הפעלה
            </Button>
          </Form>
        </li>
      </ol>
    </Card>
  );
}

function NewCodes({ codes }: { codes: readonly string[] }) {
  return (
    <Card title="קודי שחזור" id="codes">
      <div role="status" className="space-y-5">
        <Notice tone="ok">האימות הדו־שלבי פעיל.</Notice>
        <p>
          שמרו את הקודים במקום בטוח. כל אחד מהם מחליף פעם אחת את הקוד מהאפליקציה, אם הטלפון אבד.{' '}
          <strong>הם מוצגים רק עכשיו.</strong>
        </p>
        <ul dir="ltr" className="grid grid-cols-2 gap-x-6 gap-y-2 rounded-control bg-sunken p-4 font-mono">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Link to="/" className={buttonClass()}>
          שמרתי, אפשר להמשיך
        </Link>
      </div>
    </Card>
  );
}

function Manage({ codesLeft, failure }: { codesLeft: number; failure: FormFailure | null }) {
  return (
    <>
      <Card title="קודי שחזור" id="renew-card" help={`נותרו ${codesLeft}. קודים חדשים מבטלים את הקודמים.`}>
        <Form method="post" noValidate className="space-y-5">
          <FormProblem failure={failure} form="renew" />
          <input type="hidden" name="form" value="renew" />
          <PasswordField name="renew_password" label="הסיסמה שלך" asks="current" />
          <Button type="submit" look="secondary">
            קודים חדשים
          </Button>
        </Form>
      </Card>
      <Card title="כיבוי" id="disable-card" help="אחרי הכיבוי די בסיסמה כדי להיכנס.">
        <Form method="post" noValidate className="space-y-5">
          <FormProblem failure={failure} form="disable" />
          <input type="hidden" name="form" value="disable" />
          <PasswordField name="disable_password" label="הסיסמה שלך" asks="current" />
          <Button type="submit" look="danger">
            כיבוי האימות הדו־שלבי
          </Button>
        </Form>
      </Card>
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';

export { retryHeaders as headers } from '../retry-headers.ts';
