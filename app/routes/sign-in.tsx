import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { guardedSignIn } from '../../domain/users/index.ts';
import { arrive } from '../arrival.server.ts';
import { formText } from '../body.server.ts';
import { AuthPage } from '../components/auth-page.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { Button } from '../components/button.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { SandboxNotice } from '../components/sandbox-notice.tsx';
import { TextField } from '../components/text-fields.tsx';
import { errorText } from '../errors.he.ts';
import { onwards } from '../first-page.ts';
import { formFailure, type FormFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { ownPath } from '../own-path.ts';
import { countedAddress, sessionCookie, signedInAccount, sourceOf } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'כניסה · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const next = new URL(request.url).searchParams.get('next');
  const account = await signedInAccount(request, context);
  // Somebody without a business stays here: everywhere else would send them back.
  if (account !== null && account.role !== null) {
    throw redirect(onwards(next, { role: account.role, worksInBusiness: account.business !== null }));
  }
  return { next: ownPath(next, null) ?? '', usesSandboxModel: context.config.usesSandboxModel };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const email = formText(form, 'email').trim();
  const password = formText(form, 'password');
  const refuse = (fields: Record<string, string>, message: string, status: number) =>
    data<FormFailure>({ form: 'sign-in', fields, message, typed: { email }, at: Date.now() }, { status });
  const fields: Record<string, string> = {};
  if (email === '') fields['email'] = 'יש להזין כתובת דוא״ל';
  else if (email.length > 254 || !/^[^\s@]+@[^\s@]+$/.test(email)) fields['email'] = 'כתובת הדוא״ל אינה תקינה';
  if (password === '') fields['password'] = 'יש להזין סיסמה';
  if (Object.keys(fields).length > 0) return refuse(fields, 'יש להשלים את הפרטים:', 422);

  try {
    const attempt = { email, password, ...sourceOf(request, context), countedAddress: countedAddress(context) };
    const session = await guardedSignIn(context.db, context.config.appSecret, attempt);
    if (session === null) return refuse({}, errorText('credentials_wrong'), 401);
    const next = ownPath(formText(form, 'next'), null);
    if (!session.awaitsSecondFactor) return await arrive(context, session.token, next);
    const cookie = await sessionCookie(context.config.secureCookies).serialize(session.token);
    return redirect(`/sign-in/second-factor${next === null ? '' : `?next=${encodeURIComponent(next)}`}`, {
      headers: { 'Set-Cookie': cookie },
    });
  } catch (error) {
    return formFailure(error, 'sign-in', { email });
  }
}

export default function SignIn() {
  const { next, usesSandboxModel } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const busy = useNavigation().state === 'submitting';
  return (
    <AuthPage title="כניסה למערכת" lead="השיחות של העסק, התמלולים והלידים במקום אחד.">
      <Form method="post" noValidate className="mt-8 space-y-5">
        <FormProblem failure={failure} form="sign-in" />
        <input type="hidden" name="next" value={next} />
        <TextField
          name="email"
          label="דוא״ל"
          type="email"
          dir="ltr"
          autoComplete="username"
          value={failure?.typed['email'] ?? ''}
          error={failure?.fields['email']}
          required
        />
        <PasswordField name="password" label="סיסמה" asks="current" error={failure?.fields['password']} />
        <Button type="submit" className="w-full" busy={busy} busyText="רגע…">
          כניסה
        </Button>
      </Form>
      <p className="mt-5">
        <Link to="/forgot-password" className="font-medium text-accent-text underline underline-offset-4">
          שכחתי את הסיסמה
        </Link>
      </p>
      <p className="mt-8 text-sm">
        <Link to="/accessibility" className="inline-flex min-h-8 items-center text-muted underline underline-offset-4">
          הצהרת נגישות
        </Link>
      </p>
      {usesSandboxModel ? (
        <div className="mt-8">
          <SandboxNotice />
        </div>
      ) : null}
    </AuthPage>
  );
}

export { retryHeaders as headers } from '../retry-headers.ts';
