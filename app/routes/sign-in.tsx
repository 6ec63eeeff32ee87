import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { signIn } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { Button } from '../components/button.tsx';
import { ErrorSummary } from '../components/error-summary.tsx';
import { Brand } from '../components/brand.tsx';
import { SignInArt } from '../components/sign-in-art.tsx';
import { SandboxNotice } from '../components/sandbox-notice.tsx';
import { TextField } from '../components/text-fields.tsx';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { ownPath } from '../own-path.ts';
import { sessionCookie, signedIn } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'כניסה · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const next = ownPath(new URL(request.url).searchParams.get('next'));
  // Somebody without a business stays here: everywhere else would send them back.
  const person = await signedIn(request, context).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'no_business') return null;
    throw error;
  });
  if (person !== null) throw redirect(next);
  return { next, usesSandboxModel: context.config.usesSandboxModel };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const email = formText(form, 'email').trim();
  const password = formText(form, 'password');
  const fields: Record<string, string> = {};
  if (email === '') fields['email'] = 'יש להזין כתובת דוא״ל';
  else if (email.length > 254 || !/^[^\s@]+@[^\s@]+$/.test(email)) fields['email'] = 'כתובת הדוא״ל אינה תקינה';
  if (password === '') fields['password'] = 'יש להזין סיסמה';
  if (Object.keys(fields).length > 0)
    return data({ email, fields, message: undefined, at: Date.now() }, { status: 422 });

  const session = await signIn(context.db, email, password, request.headers.get('User-Agent') ?? '');
  if (session === null) {
    return data({ email, fields, message: errorText('credentials_wrong'), at: Date.now() }, { status: 401 });
  }
  const cookie = sessionCookie(context.config.secureCookies);
  return redirect(ownPath(formText(form, 'next')), {
    headers: { 'Set-Cookie': await cookie.serialize(session.token) },
  });
}

export default function SignIn() {
  const { next, usesSandboxModel } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>();
  const busy = useNavigation().state === 'submitting';
  return (
    <div className="grid min-h-dvh lg:grid-cols-[1fr_minmax(0,34rem)]">
      <header className="on-rail flex flex-col justify-between bg-rail px-6 py-6 text-rail-ink lg:order-last lg:px-12 lg:py-12">
        <Brand />
        <SignInArt />
      </header>
      <main id="main" className="flex flex-col justify-center px-5 py-10 sm:px-10">
        <div className="mx-auto w-full max-w-sm">
          <h1 className="text-3xl font-bold tracking-tight">כניסה למערכת</h1>
          <p className="mt-2 text-muted">השיחות של העסק, התמלולים והלידים במקום אחד.</p>
          <Form method="post" noValidate className="mt-8 space-y-5">
            {failure ? (
              <ErrorSummary
                fields={failure.fields}
                labels={{}}
                message={failure.message ?? 'יש להשלים את הפרטים:'}
                attempt={failure.at}
              />
            ) : null}
            <input type="hidden" name="next" value={next} />
            <TextField
              name="email"
              label="דוא״ל"
              type="email"
              dir="ltr"
              autoComplete="username"
              value={failure?.email ?? ''}
              error={failure?.fields['email']}
              required
            />
            <TextField
              name="password"
              label="סיסמה"
              type="password"
              dir="ltr"
              autoComplete="current-password"
              value=""
              error={failure?.fields['password']}
              required
            />
            <Button type="submit" className="w-full" busy={busy} busyText="רגע…">
              כניסה
            </Button>
          </Form>
          <p className="mt-8 text-sm">
            <Link
              to="/accessibility"
              className="inline-flex min-h-8 items-center text-muted underline underline-offset-4"
            >
              הצהרת נגישות
            </Link>
          </p>
          {usesSandboxModel ? (
            <div className="mt-8">
              <SandboxNotice />
            </div>
          ) : null}
        </div>
      </main>
    </div>
  );
}
