import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import {
  businessesWatched,
  changeName,
  changePassword,
  endAllSessions,
  endSession,
  MIN_NEW_PASSWORD_LENGTH,
  ownSessions,
  recoveryCodesLeft,
} from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import { z } from 'zod';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { Ltr } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Table, type Column } from '../components/table.tsx';
import { TextField } from '../components/text-fields.tsx';
import { deviceOf } from '../device.ts';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { requireAccount, sessionCookie, sessionToken } from '../session.server.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';
import { redirectSaying } from '../toast.server.ts';
import { wordOf } from '../word-of.ts';

export const meta: MetaFunction = () => [{ title: 'החשבון שלי · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, sessionId } = await requireAccount(request, context);
  const [sessions, codesLeft] = await Promise.all([
    ownSessions(context.db, user.id),
    recoveryCodesLeft(context.db, user.id),
  ]);
  return {
    user: { email: user.email, name: user.name, hasSecondFactor: user.hasSecondFactor },
    codesLeft,
    minLength: MIN_NEW_PASSWORD_LENGTH,
    sessions: sessions.map(({ id, userAgent, address, lastSeenAt }) => ({
      id,
      device: deviceOf(userAgent),
      address,
      lastSeenAt,
      own: id === sessionId,
    })),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { user, actor, business } = await requireAccount(request, context);
  const form = await receiveForm(request, context);
  const kind = formText(form, 'form');
  const watched = await businessesWatched(context.db, user.id);
  try {
    switch (kind) {
      case 'name':
        await changeName(context.db, user.id, formText(form, 'name'), actor);
        break;
      case 'password': {
        const token = (await sessionToken(request, context)) ?? '';
        const about = [user.email, user.name, business?.name ?? ''];
        const passwords = { current: formText(form, 'current_password'), next: formText(form, 'new_password') };
        const services = { db: context.db, appSecret: context.config.appSecret };
        await changePassword(services, { id: user.id, about }, passwords, token, actor);
        await tellOfSessions(context, watched);
        break;
      }
      case 'end_session': {
        const id = z.uuid().safeParse(formText(form, 'session_id'));
        if (!id.success) throw new AppError('session_not_found', { permanent: true });
        await endSession(context.db, user.id, id.data, actor);
        await tellOfSessions(context, watched);
        break;
      }
      case 'end_all': {
        await endAllSessions(context.db, user.id, actor);
        await tellOfSessions(context, watched);
        const cookie = sessionCookie(context.config.secureCookies);
        return redirect('/sign-in', { headers: { 'Set-Cookie': await cookie.serialize('', { maxAge: 0 }) } });
      }
      default:
        throw new AppError('not_found', { permanent: true });
    }
    return redirectSaying(context, '/account', wordOf(DONE, kind) ?? 'נשמר.');
  } catch (error) {
    return formFailure(error, kind, { name: formText(form, 'name') });
  }
}

const DONE: Readonly<Record<string, string>> = {
  name: 'השם נשמר.',
  password: 'הסיסמה הוחלפה, והחיבורים האחרים הסתיימו.',
  end_session: 'החיבור הסתיים.',
};

type SessionRow = ReturnType<typeof useLoaderData<typeof loader>>['sessions'][number];

const SESSION_COLUMNS: readonly Column<SessionRow>[] = [
  {
    key: 'device',
    title: 'מכשיר',
    cell: ({ device, own }) => (
      <span className="inline-flex flex-wrap items-center gap-2">
        <bdi dir="rtl">{device}</bdi>
        {own ? <Badge label={{ text: 'המכשיר הזה', tone: 'accent' }} /> : null}
      </span>
    ),
  },
  { key: 'address', title: 'כתובת', cell: ({ address }) => (address === '' ? '—' : <Ltr>{address}</Ltr>) },
  { key: 'seen', title: 'פעילות אחרונה', cell: ({ lastSeenAt }) => <Moment at={new Date(lastSeenAt)} as="short" /> },
  {
    key: 'end',
    title: 'פעולות',
    titleHidden: true,
    cell: ({ id, device, own }) =>
      own ? null : (
        <Form method="post">
          <input type="hidden" name="form" value="end_session" />
          <input type="hidden" name="session_id" value={id} />
          <Button type="submit" look="secondary" size="small">
            ניתוק
            <span className="sr-only"> {device}</span>
          </Button>
        </Form>
      ),
  },
];

export default function Account() {
  const { user, codesLeft, minLength, sessions } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const sending = useNavigation().formData?.get('form');
  const fields = failure?.fields ?? {};
  return (
    <div className="max-w-3xl space-y-6">
      <PageHeader title="החשבון שלי">
        <Ltr>{user.email}</Ltr>
      </PageHeader>

      <Card title="שם" id="name-card">
        <Form method="post" noValidate className="space-y-5" preventScrollReset>
          <FormProblem failure={failure} form="name" />
          <input type="hidden" name="form" value="name" />
          <TextField
            name="name"
            label="השם שיוצג לאחרים בעסק"
            autoComplete="name"
            value={failure?.form === 'name' ? (failure.typed['name'] ?? '') : user.name}
            error={fields['name']}
          />
          <Button type="submit" busy={sending === 'name'} busyText="שומר…">
            שמירת השם
          </Button>
        </Form>
      </Card>

      <Card title="סיסמה" id="password-card" help="אחרי החלפת הסיסמה יסתיימו החיבורים בכל המכשירים האחרים.">
        <Form method="post" noValidate className="space-y-5" preventScrollReset>
          <FormProblem failure={failure} form="password" labels={{ new_password: 'סיסמה חדשה' }} />
          <input type="hidden" name="form" value="password" />
          <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
          <PasswordField name="current_password" label="הסיסמה הנוכחית" asks="current" />
          <PasswordField
            name="new_password"
            label="סיסמה חדשה"
            minLength={minLength}
            asks="new"
            error={fields['new_password']}
          />
          <Button type="submit" busy={sending === 'password'} busyText="שומר…">
            החלפת הסיסמה
          </Button>
        </Form>
      </Card>

      <Card
        title="אימות דו־שלבי"
        id="second-factor-card"
        help="קוד מאפליקציה בטלפון, בנוסף לסיסמה: מי שגילה את הסיסמה עדיין לא יכול להיכנס."
        aside={
          <Badge label={user.hasSecondFactor ? { text: 'פעיל', tone: 'ok' } : { text: 'כבוי', tone: 'neutral' }} />
        }
      >
        <div className="flex flex-wrap items-center gap-4">
          <Link to="/account/second-factor" className={buttonClass(user.hasSecondFactor ? 'secondary' : 'primary')}>
            {user.hasSecondFactor ? 'ניהול האימות הדו־שלבי' : 'הפעלת אימות דו־שלבי'}
          </Link>
          {user.hasSecondFactor ? <span className="text-muted">קודי שחזור שנותרו: {codesLeft}</span> : null}
        </div>
      </Card>

      <Card title="חיבורים" id="sessions-card" help="המכשירים שמחוברים לחשבון שלך עכשיו.">
        <FormProblem failure={failure} form="end_session" />
        <Table
          caption="חיבורים לחשבון, מהפעיל ביותר"
          columns={SESSION_COLUMNS}
          rows={sessions}
          rowKey={({ id }) => id}
        />
        <Form method="post" className="mt-5">
          <input type="hidden" name="form" value="end_all" />
          <Button type="submit" look="secondary">
            יציאה מכל המכשירים
          </Button>
        </Form>
      </Card>
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';

export { retryHeaders as headers } from '../retry-headers.ts';
