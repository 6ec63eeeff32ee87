import { data, type ActionFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useNavigation } from '@remix-run/react';
import { MAIL_PASSWORD_RESET, requestReset } from '../../domain/users/index.ts';
import { logEvent } from '../../platform/log.ts';
import { formText } from '../body.server.ts';
import { AuthPage } from '../components/auth-page.tsx';
import { Button } from '../components/button.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { Notice } from '../components/notice.tsx';
import { TextField } from '../components/text-fields.tsx';
import { formFailure, type FormFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { countedAddress } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'שחזור סיסמה · ProSaaS' }];

/** Asks for a link. The answer is the same whoever has the address, and so is what is done for it. */
export async function action({ request, context }: ActionFunctionArgs) {
  const form = await receiveForm(request, context);
  const email = formText(form, 'email').trim();
  if (email === '' || email.length > 254 || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    const fields = { email: 'כתובת הדוא״ל אינה תקינה' };
    return data<FormFailure>(
      { form: 'forgot', fields, message: undefined, typed: { email }, at: Date.now() },
      { status: 422 },
    );
  }
  try {
    const resetId = await requestReset(context.db, context.config.appSecret, {
      email,
      countedAddress: countedAddress(context),
    });
    // Nobody is told that the queue is away: that would only say that somebody was to be sent something.
    await context.queue.enqueue(MAIL_PASSWORD_RESET, { resetId }).catch((err: unknown) => {
      logEvent(context.log, 'password_reset_not_sent', { resetId, err }, 'error');
    });
    return data<FormFailure>({ form: 'sent', fields: {}, message: undefined, typed: {}, at: Date.now() });
  } catch (error) {
    return formFailure(error, 'forgot', { email });
  }
}

export default function ForgotPassword() {
  const answer = useActionData<typeof action>() ?? null;
  const busy = useNavigation().state === 'submitting';
  return (
    <AuthPage title="שחזור סיסמה" lead="נשלח קישור לבחירת סיסמה חדשה. הוא תקף לשעה.">
      {answer?.form === 'sent' ? (
        <div role="status" className="mt-8">
          <Notice tone="ok">
            אם יש חשבון בכתובת הזאת, הקישור בדרך אליה. לא הגיע? כדאי לבדוק בתיקיית הספאם, או לבקש קישור ממנהל העסק.
          </Notice>
        </div>
      ) : (
        <Form method="post" noValidate className="mt-8 space-y-5">
          <FormProblem failure={answer} form="forgot" />
          <TextField
            name="email"
            label="דוא״ל"
            type="email"
            dir="ltr"
            autoComplete="username"
            value={answer?.typed['email'] ?? ''}
            error={answer?.fields['email']}
            required
          />
          <Button type="submit" className="w-full" busy={busy} busyText="רגע…">
            שליחת קישור
          </Button>
        </Form>
      )}
      <p className="mt-5">
        <Link to="/sign-in" className="font-medium text-accent-text underline underline-offset-4">
          חזרה לכניסה
        </Link>
      </p>
    </AuthPage>
  );
}

export { retryHeaders as headers } from '../retry-headers.ts';
