import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { awaitingSecondFactor, passSecondFactor } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { arrive } from '../arrival.server.ts';
import { formText } from '../body.server.ts';
import { AuthPage } from '../components/auth-page.tsx';
import { Button } from '../components/button.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { TextField } from '../components/text-fields.tsx';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { ownPath } from '../own-path.ts';
import { secondFactorServices } from '../second-factor.server.ts';
import { sessionToken, sourceOf } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'אימות דו־שלבי · ProSaaS' }];

/** Between the password and the code: who waits for nothing begins at the sign-in page. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const token = await sessionToken(request, context);
  const person = token === null ? null : await awaitingSecondFactor(context.db, token);
  if (person === null) throw redirect('/sign-in');
  return { email: person.email, next: ownPath(new URL(request.url).searchParams.get('next'), null) ?? '' };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const token = await sessionToken(request, context);
  if (token === null) return redirect('/sign-in');
  try {
    const passed = await passSecondFactor(
      secondFactorServices(context),
      token,
      formText(form, 'code').slice(0, 64),
      sourceOf(request, context),
    );
    return await arrive(context, passed.token, formText(form, 'next'));
  } catch (error) {
    if (isAppError(error) && error.code === 'signed_out') return redirect('/sign-in');
    return formFailure(error, 'code');
  }
}

export default function SignInSecondFactor() {
  const { email, next } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const busy = useNavigation().state === 'submitting';
  return (
    <AuthPage
      title="אימות דו־שלבי"
      lead={
        <>
          מתחברים בתור <bdi dir="ltr">{email}</bdi>.
        </>
      }
    >
      <Form method="post" noValidate className="mt-8 space-y-5">
        <FormProblem failure={failure} form="code" />
        <input type="hidden" name="next" value={next} />
        <TextField
          name="code"
          label="קוד מהאפליקציה"
          help="6 ספרות. אין גישה לאפליקציה? אפשר להזין כאן אחד מקודי השחזור."
          dir="ltr"
          inputMode="text"
          autoComplete="one-time-code"
          value=""
          maxLength={64}
          required
          autoFocus
        />
        <Button type="submit" className="w-full" busy={busy} busyText="רגע…">
          המשך
        </Button>
      </Form>
      <p className="mt-5">
        <Link to="/sign-in" className="font-medium text-accent-text underline underline-offset-4">
          כניסה עם חשבון אחר
        </Link>
      </p>
    </AuthPage>
  );
}

export { retryHeaders as headers } from '../retry-headers.ts';
