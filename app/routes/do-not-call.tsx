import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, redirect, useActionData, useLoaderData } from '@remix-run/react';
import {
  addNumber,
  importNumbers,
  listedNumbers,
  MAX_IMPORTED,
  readNumbers,
  removeNumber,
  type ListedNumber,
} from '../../domain/do-not-call/index.ts';
import { can } from '../../domain/users/index.ts';
import { isId } from '../../platform/db/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { BlockIcon } from '../components/icons.tsx';
import { Ltr, PhoneNumber } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { Table, type Column } from '../components/table.tsx';
import { TextArea, TextField } from '../components/text-fields.tsx';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'לא להתקשר · ProSaaS' }];

const PAGE_SIZE = 25;
/** Bad lines of an import that are shown; the others are counted. */
const SHOWN_LINES = 50;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'do_not_call.read');
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor') ?? undefined;
  const search = query.get('search')?.trim().slice(0, 40) ?? '';
  try {
    const { numbers, total, nextCursor } = await listedNumbers(context.db, businessId, {
      cursor,
      limit: PAGE_SIZE,
      search,
    });
    const kept = search === '' ? {} : { search };
    return {
      numbers,
      total,
      search,
      newer: cursor === undefined ? null : `/do-not-call?${new URLSearchParams(kept)}`,
      older: nextCursor === null ? null : `/do-not-call?${new URLSearchParams({ ...kept, cursor: nextCursor })}`,
      mayWrite: can(role, 'do_not_call.write'),
      /** The number whose removal is to be confirmed. */
      removing: query.get('remove'),
    };
  } catch (error) {
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect('/do-not-call');
    throw error;
  }
}

/** Adds a number, takes in many, or removes one, by the form's `intent`. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'do_not_call.write');
  const form = await receiveForm(request, context);
  switch (formText(form, 'intent')) {
    case 'add':
      return add(formText(form, 'phone'));
    case 'import':
      return takeIn(formText(form, 'numbers').slice(0, MAX_IMPORTED * 40));
    case 'remove': {
      const id = formText(form, 'id');
      if (!isId(id) || !(await removeNumber(context.db, businessId, id, actor))) throw pageError('not_found', 404);
      return redirect('/do-not-call');
    }
    default:
      throw pageError('not_found', 404);
  }

  async function add(phone: string) {
    try {
      const isNew = await addNumber(context.db, businessId, phone, actor);
      return data({ added: isNew ? ('new' as const) : ('known' as const) });
    } catch (error) {
      if (!isAppError(error) || error.code !== 'phone_invalid') throw error;
      return data({ phone, error: errorText(error.code) }, { status: 422 });
    }
  }

  async function takeIn(pasted: string) {
    const lines = readNumbers(pasted);
    const good = lines.flatMap(({ phone, verdict }) => (phone !== null && verdict === 'good' ? [phone] : []));
    if (good.length > MAX_IMPORTED) {
      return data({ importError: `אפשר לייבא עד ${MAX_IMPORTED} מספרים בפעם אחת.` }, { status: 422 });
    }
    if (good.length === 0) return data({ importError: 'לא נמצא ברשימה אף מספר תקין.', lines }, { status: 422 });
    const added = await importNumbers(context.db, businessId, good, actor);
    return data({ imported: { added, known: good.length - added }, lines });
  }
}

export default function DoNotCall() {
  const { numbers, total, search, newer, older, mayWrite, removing } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="לא להתקשר">
        מספרים שהמערכת לא תחייג אליהם. מי שמבקש בשיחה שלא יתקשרו אליו נוסף לכאן מעצמו.
      </PageHeader>
      <div className="space-y-6">
        {mayWrite ? <AddForm /> : null}
        <section aria-label="הרשימה">
          <FilterBar
            label="חיפוש ברשימה"
            filtered={search !== ''}
            search={
              <TextField name="search" label="חיפוש לפי מספר" value={search} dir="ltr" inputMode="tel" maxLength={40} />
            }
          />
          <p className="mb-3 text-muted">{total === 1 ? 'מספר אחד ברשימה.' : `${total} מספרים ברשימה.`}</p>
          {numbers.length === 0 ? (
            <EmptyState icon={BlockIcon} title={search === '' ? 'הרשימה ריקה' : 'המספר הזה לא ברשימה'}>
              {search === '' ? 'אף אחד עדיין לא ביקש שלא יתקשרו אליו.' : undefined}
            </EmptyState>
          ) : (
            <Table
              caption="מספרים שלא מתקשרים אליהם, מהחדש לישן"
              columns={columns(mayWrite, removing)}
              rows={numbers}
              rowKey={({ id }) => id}
            />
          )}
          <Pagination label="דפי הרשימה" newer={newer} older={older} />
        </section>
        {mayWrite ? <ImportForm /> : null}
      </div>
    </>
  );
}

const REASONS = { spoken: 'ביקש בשיחה', page: 'נוסף ידנית', import: 'ייבוא' } as const;

function columns(mayWrite: boolean, removing: string | null): readonly Column<ListedNumber>[] {
  const shown: Column<ListedNumber>[] = [
    { key: 'phone', title: 'מספר', cell: ({ phone }) => <PhoneNumber number={phone} /> },
    {
      key: 'reason',
      title: 'סיבה',
      cell: ({ reason, callSid }) =>
        callSid === null ? (
          REASONS[reason]
        ) : (
          <Link to={`/calls/${callSid}`} className="font-medium text-accent-text hover:underline">
            {REASONS[reason]}
          </Link>
        ),
    },
    { key: 'by', title: 'מי הוסיף', cell: ({ addedBy }) => (addedBy === 'caller' ? 'הלקוח' : <Ltr>{addedBy}</Ltr>) },
    { key: 'at', title: 'מתי', cell: ({ at }) => <Moment at={at} as="short" /> },
  ];
  if (!mayWrite) return shown;
  return [
    ...shown,
    {
      key: 'remove',
      title: 'הסרה',
      titleHidden: true,
      cell: ({ id }) => (removing === id ? <ConfirmRemoval id={id} /> : <RemoveLink id={id} />),
    },
  ];
}

function RemoveLink({ id }: { id: string }) {
  return (
    <Link to={`/do-not-call?remove=${id}`} preventScrollReset className="font-medium text-accent-text hover:underline">
      הסרה
    </Link>
  );
}

function ConfirmRemoval({ id }: { id: string }) {
  return (
    <OwnForm method="post" action="/do-not-call" className="flex flex-wrap items-center gap-2">
      <input type="hidden" name="intent" value="remove" />
      <input type="hidden" name="id" value={id} />
      <Button type="submit" look="danger" size="small">
        כן, להסיר
      </Button>
      <Link to="/do-not-call" preventScrollReset className="px-2 py-1 text-accent-text hover:underline">
        ביטול
      </Link>
    </OwnForm>
  );
}

function AddForm() {
  const answer = useActionData<typeof action>() as Answer | undefined;
  return (
    <Card id="add" title="הוספת מספר">
      <OwnForm method="post" action="/do-not-call" className="flex flex-wrap items-end gap-3">
        <input type="hidden" name="intent" value="add" />
        <div className="min-w-0 flex-1 basis-56">
          <TextField
            name="phone"
            label="מספר טלפון"
            value={answer?.phone ?? ''}
            error={answer?.error}
            type="tel"
            dir="ltr"
            required
            maxLength={40}
          />
        </div>
        <Button type="submit">הוספה</Button>
      </OwnForm>
      {answer?.added === undefined ? null : (
        <div role="status" className="mt-4">
          <Notice tone="ok">{answer.added === 'new' ? 'המספר נוסף לרשימה.' : 'המספר כבר היה ברשימה.'}</Notice>
        </div>
      )}
    </Card>
  );
}

interface Answer {
  readonly phone?: string;
  readonly error?: string;
  readonly added?: 'new' | 'known';
  readonly importError?: string;
  readonly imported?: { readonly added: number; readonly known: number };
  readonly lines?: readonly { readonly line: number; readonly text: string; readonly verdict: string }[];
}

function ImportForm() {
  const answer = useActionData<typeof action>() as Answer | undefined;
  const bad = answer?.lines?.filter(({ verdict }) => verdict !== 'good') ?? [];
  return (
    <Card id="import" title="ייבוא רשימה" help="מספר בכל שורה, בכל צורה שבה כותבים מספר. אפשר להדביק עמודה מגיליון.">
      {answer?.imported === undefined ? null : (
        <div role="status" className="mb-4">
          <Notice tone="ok">
            {answer.imported.added} נוספו, {answer.imported.known} כבר היו ברשימה, {bad.length} שורות לא נקלטו.
          </Notice>
        </div>
      )}
      {bad.length === 0 ? null : (
        <div className="mb-4">
          <p className="font-medium">שורות שלא נקלטו</p>
          <ul className="mt-1 text-sm">
            {bad.slice(0, SHOWN_LINES).map(({ line, text, verdict }) => (
              <li key={line} className="wrap-anywhere">
                שורה {line}: <bdi>{text}</bdi> — {verdict === 'repeated' ? 'מופיע פעמיים' : 'אינו מספר טלפון'}
              </li>
            ))}
          </ul>
          {bad.length > SHOWN_LINES ? (
            <p className="mt-1 text-sm text-muted">ועוד {bad.length - SHOWN_LINES}.</p>
          ) : null}
        </div>
      )}
      <OwnForm method="post" action="/do-not-call" className="space-y-4">
        <input type="hidden" name="intent" value="import" />
        <TextArea name="numbers" label="המספרים" value="" error={answer?.importError} rows={6} required />
        <Button type="submit" look="secondary">
          ייבוא
        </Button>
      </OwnForm>
    </Card>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
