import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { z } from 'zod';
import {
  FLAG_NAMES,
  getBusiness,
  readAdministration,
  resumeBusiness,
  setFlags,
  suspendBusiness,
  type Flag,
} from '../../domain/businesses/index.ts';
import { readSettings, updateSettings } from '../../domain/settings/index.ts';
import { beginActingAs, listMembers } from '../../domain/users/index.ts';
import { AppError, isAppError } from '../../platform/errors.ts';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Confirm } from '../components/confirm.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { EmailAddress, PhoneNumber } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { NumberField, TextArea } from '../components/text-fields.tsx';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requireSystemAdmin, sessionToken } from '../session.server.ts';
import { FLAG_TEXTS } from '../settings/flags.he.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';
import { redirectSaying } from '../toast.server.ts';
import { wordOf } from '../word-of.ts';

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.business.name ?? 'עסק'} · עסקים · ProSaaS` },
];

const idOf = (params: Readonly<Record<string, string | undefined>>): string => {
  const id = z.uuid().safeParse(params['businessId']);
  if (!id.success) throw pageError('business_not_found', 404);
  return id.data;
};

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireSystemAdmin(request, context, 'businesses.read');
  const businessId = idOf(params);
  const [business, administration] = await Promise.all([
    getBusiness(context.db, businessId),
    readAdministration(context.db, businessId),
  ]);
  if (business === null || administration === null) throw pageError('business_not_found', 404);
  const [settings, members] = await Promise.all([
    readSettings(context.db, businessId, context.registry),
    listMembers(context.db, businessId),
  ]);
  return {
    business: { id: business.id, name: business.name, numbers: business.numbers },
    administration,
    owners: members.filter(({ role }) => role === 'owner').map(({ email }) => email),
    memberCount: members.length,
    limits: {
      max_total_calls: String(settings['max_total_calls']),
      max_outbound_calls: String(settings['max_outbound_calls']),
    },
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { actor } = await requireSystemAdmin(request, context, 'businesses.write');
  const form = await receiveForm(request, context);
  const businessId = idOf(params);
  if ((await getBusiness(context.db, businessId)) === null) throw pageError('business_not_found', 404);
  const kind = formText(form, 'form');
  const typed = {
    reason: formText(form, 'reason'),
    max_total_calls: formText(form, 'max_total_calls'),
    max_outbound_calls: formText(form, 'max_outbound_calls'),
  };
  try {
    switch (kind) {
      case 'suspend':
        await suspendBusiness(context.db, businessId, typed.reason, actor);
        await tellOfSessions(context, [businessId]);
        break;
      case 'resume':
        await resumeBusiness(context.db, businessId, actor);
        break;
      case 'limits': {
        const patch = {
          max_total_calls: toNumber(typed.max_total_calls),
          max_outbound_calls: toNumber(typed.max_outbound_calls),
        };
        await updateSettings(context.db, businessId, patch, context.registry, { actor, role: 'system_admin' });
        break;
      }
      case 'flags': {
        const on = new Set(form.getAll('flag'));
        const flags = Object.fromEntries(FLAG_NAMES.map((flag) => [flag, on.has(flag)]));
        await setFlags(context.db, businessId, flags, actor);
        break;
      }
      case 'act_as': {
        const token = await sessionToken(request, context);
        if (token === null) return redirect('/sign-in');
        await beginActingAs(context.db, token, businessId, actor);
        return redirect('/calls');
      }
      default:
        throw new AppError('not_found', { permanent: true });
    }
    return redirectSaying(context, `/businesses/${businessId}`, wordOf(DONE, kind) ?? 'נשמר.');
  } catch (error) {
    if (isAppError(error) && error.code === 'forbidden') throw pageError('forbidden', 403);
    return formFailure(error, kind, typed);
  }
}

/** What is no number is refused by the settings' own rules. */
const toNumber = (text: string): number | string => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : text);

const DONE: Readonly<Record<string, string>> = {
  suspend: 'העסק הושעה.',
  resume: 'העסק פעיל שוב.',
  limits: 'המכסות נשמרו.',
  flags: 'היכולות נשמרו.',
};

export default function Business() {
  const { business, administration, owners, memberCount, limits } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>() ?? null;
  const sending = useNavigation().formData?.get('form');
  const { suspendedAt, suspendedReason, flags, createdAt } = administration;
  const typed = failure?.form === 'limits' ? failure.typed : limits;
  const fields = failure?.fields ?? {};
  return (
    <div className="max-w-3xl space-y-6">
      <Breadcrumbs above={[{ to: '/businesses', text: 'עסקים' }]} here={business.name} />
      <PageHeader
        title={<bdi>{business.name}</bdi>}
        aside={
          <Badge label={suspendedAt === null ? { text: 'פעיל', tone: 'ok' } : { text: 'מושעה', tone: 'danger' }} />
        }
      />

      <Card title="פרטים" id="facts">
        <Facts>
          <Fact name="מספרים">
            {business.numbers.length === 0
              ? '—'
              : business.numbers.map((number) => (
                  <span key={number} className="block">
                    <PhoneNumber number={number} />
                  </span>
                ))}
          </Fact>
          <Fact name="בעלים">
            {owners.length === 0
              ? '—'
              : owners.map((email) => (
                  <span key={email} className="block">
                    <EmailAddress email={email} />
                  </span>
                ))}
          </Fact>
          <Fact name="אנשים">{memberCount}</Fact>
          <Fact name="נוצר">
            <Moment at={new Date(createdAt)} />
          </Fact>
        </Facts>
      </Card>

      <Card
        title="פעולה כעסק"
        id="act-as"
        help="רואים ועושים מה שבעל העסק רואה ועושה. תחילת הפעולה, סופה וכל מה שנעשה ביניהן נרשמים ביומן של העסק."
      >
        <Form method="post">
          <FormProblem failure={failure} form="act_as" />
          <input type="hidden" name="form" value="act_as" />
          <Button type="submit" look="secondary">
            פעולה כעסק הזה
          </Button>
        </Form>
      </Card>

      <Card title="מכסות" id="limits">
        <Form method="post" noValidate className="space-y-5" preventScrollReset>
          <FormProblem failure={failure} form="limits" />
          <input type="hidden" name="form" value="limits" />
          <NumberField
            name="max_total_calls"
            label="שיחות בו־זמנית"
            min={1}
            max={10_000}
            value={typed['max_total_calls'] ?? ''}
            error={fields['max_total_calls']}
          />
          <NumberField
            name="max_outbound_calls"
            label="מהן שיחות יוצאות"
            min={0}
            max={10_000}
            value={typed['max_outbound_calls'] ?? ''}
            error={fields['max_outbound_calls']}
          />
          <Button type="submit" busy={sending === 'limits'} busyText="שומר…">
            שמירת המכסות
          </Button>
        </Form>
      </Card>

      <Card title="יכולות" id="flags" help="מה פתוח לעסק הזה.">
        <Form method="post" className="space-y-5" preventScrollReset>
          <FormProblem failure={failure} form="flags" />
          <input type="hidden" name="form" value="flags" />
          {(Object.keys(FLAG_TEXTS) as Flag[]).map((flag) => (
            <Flagged key={flag} flag={flag} on={flags[flag]} />
          ))}
          <Button type="submit" busy={sending === 'flags'} busyText="שומר…">
            שמירת היכולות
          </Button>
        </Form>
      </Card>

      {suspendedAt === null ? (
        <Card
          title="השעיה"
          id="suspend"
          help="מי שמתקשר לעסק ישמע שאינו מקבל שיחות, והאנשים בו לא יוכלו להיכנס אליו. הנתונים נשמרים, ומשלוחים שכבר יצאו לדרך מסתיימים."
        >
          {failure?.form === 'suspend' ? (
            <div role="alert" className="mb-5">
              <Notice tone="danger">{fields['reason'] ?? failure.message}</Notice>
            </div>
          ) : null}
          <Confirm
            trigger="השעיית העסק"
            look="danger"
            title={`להשעות את ${business.name}?`}
            confirmText="השעיה"
            fields={{ form: 'suspend' }}
          >
            <p className="mb-4">מי שמתקשר לא ייענה ומי שעובד בעסק ינותק, מיד. אפשר להחזיר את העסק לפעילות בכל רגע.</p>
            <div className="text-ink">
              <TextArea
                name="reason"
                label="סיבה"
                help="נשמרת ביומן. האנשים בעסק אינם רואים אותה."
                rows={2}
                value={failure?.form === 'suspend' ? (failure.typed['reason'] ?? '') : ''}
                required
              />
            </div>
          </Confirm>
        </Card>
      ) : (
        <Card title="העסק מושעה" id="resume">
          <p>
            מאז <Moment at={new Date(suspendedAt)} />. הסיבה: <bdi>{suspendedReason}</bdi>
          </p>
          <Form method="post" className="mt-5" preventScrollReset>
            <FormProblem failure={failure} form="resume" />
            <input type="hidden" name="form" value="resume" />
            <Button type="submit">החזרת העסק לפעילות</Button>
          </Form>
        </Card>
      )}
    </div>
  );
}

function Flagged({ flag, on }: { flag: Flag; on: boolean }) {
  const { label, help } = FLAG_TEXTS[flag];
  return (
    <label className="flex cursor-pointer items-start gap-3">
      <input
        type="checkbox"
        name="flag"
        value={flag}
        defaultChecked={on}
        className="mt-1 size-5 cursor-pointer accent-accent"
      />
      <span>
        <span className="block font-medium">{label}</span>
        <span className="block text-sm text-muted">{help}</span>
      </span>
    </label>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
