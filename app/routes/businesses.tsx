import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { DateTime } from 'luxon';
import { createBusiness, listBusinesses, type BusinessSummary } from '../../domain/businesses/index.ts';
import { newPasswordProblem } from '../../domain/users/index.ts';
import { AppError, isAppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { BuildingIcon } from '../components/icons.tsx';
import { EmailAddress, PhoneNumber } from '../components/ltr.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { Table, type Column } from '../components/table.tsx';
import { SearchField, TextField } from '../components/text-fields.tsx';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requireSystemAdmin } from '../session.server.ts';
import { renderSoon } from '../speech.server.ts';

export const meta: MetaFunction = () => [{ title: 'עסקים · ProSaaS' }];

const PAGE = 50;
/** Characters of a search that are looked for. */
const MAX_SEARCH = 100;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user } = await requireSystemAdmin(request, context, 'businesses.read');
  const query = new URL(request.url).searchParams;
  const search = (query.get('search') ?? '').trim().slice(0, MAX_SEARCH);
  const since = DateTime.now().setZone('Asia/Jerusalem').startOf('month').toJSDate();
  const cursor = query.get('cursor');
  try {
    const page = await listBusinesses(context.db, user.id, { search, since, cursor, limit: PAGE });
    return { ...page, search, first: cursor === null };
  } catch (error) {
    throw isAppError(error) && error.code === 'invalid_cursor' ? pageError('invalid_cursor', 422) : error;
  }
}

const FIELDS = ['name', 'number', 'ownerEmail', 'ownerPassword'] as const;
const LABELS: Readonly<Record<string, string>> = {
  name: 'שם העסק',
  number: 'מספר טלפון',
  ownerEmail: 'דוא״ל של בעל העסק',
  ownerPassword: 'סיסמה ראשונית',
};
const WRONG: Readonly<Record<string, string>> = {
  name: 'יש להזין שם, עד 120 תווים',
  number: 'מספר הטלפון אינו תקין',
  ownerEmail: 'כתובת הדוא״ל אינה תקינה',
};

export async function action({ request, context }: ActionFunctionArgs) {
  const { actor } = await requireSystemAdmin(request, context, 'businesses.write');
  const form = await receiveForm(request, context);
  const [name, number, ownerEmail, ownerPassword] = FIELDS.map((field) => formText(form, field)) as [
    string,
    string,
    string,
    string,
  ];
  const typed = { name, number, ownerEmail };
  try {
    const { businessId, created } = await createBusiness(context.db, { ...typed, ownerPassword }, actor);
    if (!created) throw invalid({ number: 'המספר כבר שייך לעסק' });
    await renderSoon(context, businessId);
    return redirect(`/businesses/${businessId}`);
  } catch (error) {
    if (!isAppError(error) || error.code !== 'invalid_business') return formFailure(error, 'create', typed);
    const wrong = Array.isArray(error.details['fields']) ? error.details['fields'].map(String) : [];
    const reasons = { ...WRONG, ownerPassword: newPasswordProblem(ownerPassword, [ownerEmail, name]) ?? '' };
    const fields = Object.fromEntries(Object.entries(reasons).filter(([field]) => wrong.includes(field)));
    return formFailure(invalid(fields), 'create', typed);
  }
}

const invalid = (fields: Readonly<Record<string, string>>) =>
  new AppError('validation_failed', { permanent: true, details: { fields } });

const COLUMNS: readonly Column<BusinessSummary>[] = [
  { key: 'name', title: 'עסק', cell: ({ name }) => <bdi>{name}</bdi> },
  {
    key: 'numbers',
    title: 'מספרים',
    cell: ({ numbers }) =>
      numbers.length === 0
        ? null
        : numbers.map((number) => (
            <span key={number} className="block">
              <PhoneNumber number={number} />
            </span>
          )),
  },
  {
    key: 'owners',
    title: 'בעלים',
    cell: ({ owners }) =>
      owners.length === 0
        ? null
        : owners.map((email) => (
            <span key={email} className="block">
              <EmailAddress email={email} />
            </span>
          )),
  },
  { key: 'calls', title: 'שיחות החודש', numeric: true, cell: ({ calls }) => calls.toLocaleString('he-IL') },
  {
    key: 'state',
    title: 'מצב',
    cell: ({ suspendedAt }) => (
      <Badge label={suspendedAt === null ? { text: 'פעיל', tone: 'ok' } : { text: 'מושעה', tone: 'danger' }} />
    ),
  },
];

export default function Businesses() {
  const { businesses, nextCursor, search, first } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const busy = useNavigation().formMethod === 'POST';
  const fields = failure?.fields ?? {};
  const kept = search === '' ? '' : `search=${encodeURIComponent(search)}&`;
  return (
    <>
      <PageHeader title="עסקים">כל העסקים במערכת.</PageHeader>
      <FilterBar
        label="חיפוש עסקים"
        filtered={search !== ''}
        search={<SearchField name="search" label="חיפוש" placeholder="שם, מספר או דוא״ל" value={search} />}
      />
      {businesses.length === 0 ? (
        <EmptyState icon={BuildingIcon} title={search === '' ? 'עדיין אין עסקים' : 'לא נמצא עסק כזה'}>
          {search === '' ? 'העסק הראשון נוצר בטופס שלמטה.' : 'אפשר לחפש לפי חלק מהשם, מהמספר או מהדוא״ל.'}
        </EmptyState>
      ) : (
        <Table
          caption="עסקים, לפי שם"
          columns={COLUMNS}
          rows={businesses}
          rowKey={({ id }) => id}
          rowTo={({ id }) => `/businesses/${id}`}
        />
      )}
      <Pagination
        label="דפי העסקים"
        newer={first ? null : `/businesses?${kept}`}
        older={nextCursor === null ? null : `/businesses?${kept}cursor=${encodeURIComponent(nextCursor)}`}
        olderText="להמשך הרשימה"
      />

      <div className="mt-10 max-w-3xl">
        <Card title="עסק חדש" id="create" help="למי שכבר יש חשבון בכתובת הזאת, הסיסמה שלו לא משתנה.">
          <Form method="post" noValidate className="space-y-5">
            <FormProblem failure={failure} form="create" labels={LABELS} />
            <TextField
              name="name"
              label="שם העסק"
              value={failure?.typed['name'] ?? ''}
              error={fields['name']}
              required
            />
            <TextField
              name="number"
              label="מספר טלפון"
              help="המספר שלקוחות מחייגים אליו."
              type="tel"
              dir="ltr"
              value={failure?.typed['number'] ?? ''}
              error={fields['number']}
              required
            />
            <TextField
              name="ownerEmail"
              label="דוא״ל של בעל העסק"
              type="email"
              dir="ltr"
              value={failure?.typed['ownerEmail'] ?? ''}
              error={fields['ownerEmail']}
              required
            />
            <PasswordField name="ownerPassword" label="סיסמה ראשונית" asks="new" error={fields['ownerPassword']} />
            <Button type="submit" busy={busy} busyText="יוצר…">
              יצירת העסק
            </Button>
          </Form>
        </Card>
      </div>
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
