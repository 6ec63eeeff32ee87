import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import {
  acceptAsNew,
  acceptAsUser,
  beginSession,
  invitationOfToken,
  MIN_NEW_PASSWORD_LENGTH,
  switchBusiness,
} from '../../domain/users/index.ts';
import { arrive } from '../arrival.server.ts';
import { formText } from '../body.server.ts';
import { AuthPage } from '../components/auth-page.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { Button, buttonClass } from '../components/button.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { Notice } from '../components/notice.tsx';
import { TextField } from '../components/text-fields.tsx';
import { formFailure } from '../form-failure.server.ts';
import { roleLabel } from '../labels.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, sessionToken, signedInAccount, sourceOf } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'הזמנה · ProSaaS' }];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const token = params['token'] ?? '';
  const invitation = await invitationOfToken(context.db, token);
  if (invitation === null) throw pageError('link_invalid', 410);
  const account = await signedInAccount(request, context);
  return {
    ...invitation,
    /** Who is signed in at the moment, if anybody. */
    signedInAs: account?.user.email ?? null,
    signInTo: `/sign-in?next=${encodeURIComponent(`/invitation/${token}`)}`,
    minLength: MIN_NEW_PASSWORD_LENGTH,
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const token = params['token'] ?? '';
  const name = formText(form, 'name');
  try {
    const account = await signedInAccount(request, context);
    const session = await sessionToken(request, context);
    if (account !== null && session !== null && formText(form, 'form') === 'join') {
      const { businessId } = await acceptAsUser(context.db, token, account.user, account.actor);
      await switchBusiness(context.db, session, businessId);
      return redirect('/');
    }
    const source = sourceOf(request, context);
    const person = { name, password: formText(form, 'new_password') };
    const { userId } = await acceptAsNew(context.db, token, person, source);
    const begun = await context.db.withIdentity((tx) => beginSession(tx, userId, source, false, new Date()));
    return await arrive(context, begun, null);
  } catch (error) {
    return formFailure(error, 'accept', { name });
  }
}

const LABELS = { name: 'שם', new_password: 'סיסמה' };

export default function Invitation() {
  const { businessName, email, role, invitedBy, hasAccount, signedInAs, signInTo, ...rest } =
    useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const busy = useNavigation().state === 'submitting';
  return (
    <AuthPage
      title="הוזמנת להצטרף"
      lead={
        <>
          <bdi>{invitedBy}</bdi> מזמין אותך לעסק <bdi className="font-semibold text-ink">{businessName}</bdi> בתפקיד{' '}
          {roleLabel(role)}.
        </>
      }
    >
      <div className="mt-8 space-y-5">
        <FormProblem failure={failure} form="accept" labels={LABELS} />
        {hasAccount ? (
          signedInAs === email ? (
            <Form method="post" className="space-y-5">
              <input type="hidden" name="form" value="join" />
              <p>
                מחובר בתור <bdi dir="ltr">{email}</bdi>.
              </p>
              <Button type="submit" className="w-full" busy={busy} busyText="רגע…">
                הצטרפות לעסק
              </Button>
            </Form>
          ) : (
            <>
              <Notice tone="info">
                לכתובת <bdi dir="ltr">{email}</bdi> כבר יש חשבון. יש להתחבר אליו כדי להצטרף.
              </Notice>
              {signedInAs === null ? (
                <Link to={signInTo} className={buttonClass('primary', 'w-full')}>
                  כניסה והצטרפות
                </Link>
              ) : (
                <p className="text-muted">
                  כרגע החיבור הוא של <bdi dir="ltr">{signedInAs}</bdi>. יש לצאת ממנו ולפתוח את הקישור שוב.
                </p>
              )}
            </>
          )
        ) : (
          <Form method="post" noValidate className="space-y-5">
            <input type="hidden" name="form" value="new" />
            <TextField
              name="email"
              label="דוא״ל"
              type="email"
              dir="ltr"
              autoComplete="username"
              value={email}
              readOnly
            />
            <TextField
              name="name"
              label="שם"
              autoComplete="name"
              value={failure?.typed['name'] ?? rest.name}
              error={failure?.fields['name']}
            />
            <PasswordField
              name="new_password"
              label="סיסמה"
              minLength={rest.minLength}
              asks="new"
              error={failure?.fields['new_password']}
            />
            <Button type="submit" className="w-full" busy={busy} busyText="רגע…">
              יצירת חשבון והצטרפות
            </Button>
          </Form>
        )}
      </div>
    </AuthPage>
  );
}

export { LinkProblem as ErrorBoundary } from '../components/link-problem.tsx';
