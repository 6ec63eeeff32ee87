import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { businessesWatched, MIN_NEW_PASSWORD_LENGTH, resetOfToken, resetPassword } from '../../domain/users/index.ts';
import { formText } from '../body.server.ts';
import { AuthPage } from '../components/auth-page.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { Button } from '../components/button.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { TextField } from '../components/text-fields.tsx';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';
import { pageError, sourceOf } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'סיסמה חדשה · ProSaaS' }];

export async function loader({ params, context }: LoaderFunctionArgs) {
  const found = await resetOfToken(context.db, params['token'] ?? '');
  if (found === null) throw pageError('link_invalid', 410);
  return { email: found.email, minLength: MIN_NEW_PASSWORD_LENGTH };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const token = params['token'] ?? '';
  const found = await resetOfToken(context.db, token);
  const watched = found === null ? [] : await businessesWatched(context.db, found.userId);
  try {
    await resetPassword(context.db, token, formText(form, 'new_password'), sourceOf(request, context));
    await tellOfSessions(context, watched);
    return redirect('/sign-in');
  } catch (error) {
    return formFailure(error, 'reset');
  }
}

export default function ResetPassword() {
  const { email, minLength } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const busy = useNavigation().state === 'submitting';
  return (
    <AuthPage title="סיסמה חדשה" lead="אחרי השמירה כל החיבורים הקיימים יסתיימו, ואפשר להיכנס עם הסיסמה החדשה.">
      <Form method="post" noValidate className="mt-8 space-y-5">
        <FormProblem failure={failure} form="reset" labels={{ new_password: 'סיסמה חדשה' }} />
        <TextField name="email" label="דוא״ל" type="email" dir="ltr" autoComplete="username" value={email} readOnly />
        <PasswordField
          name="new_password"
          label="סיסמה חדשה"
          minLength={minLength}
          asks="new"
          error={failure?.fields['new_password']}
        />
        <Button type="submit" className="w-full" busy={busy} busyText="שומר…">
          שמירת הסיסמה
        </Button>
      </Form>
    </AuthPage>
  );
}

export { LinkProblem as ErrorBoundary } from '../components/link-problem.tsx';
