import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData, useNavigation } from '@remix-run/react';
import { z } from 'zod';
import { dispatchWaiting } from '../../domain/outbox/index.ts';
import {
  changeRole,
  createResetLink,
  invite,
  linkUrl,
  listMembers,
  MAIL_INVITATION,
  openInvitations,
  reaches,
  removeMember,
  resendInvitation,
  revokeInvitation,
  type BusinessRole,
} from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import { logEvent } from '../../platform/log.ts';
import type { AppLoadContext } from '@remix-run/node';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Select } from '../components/choice-fields.tsx';
import { Confirm } from '../components/confirm.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { InviteCard, OpenInvitations } from '../components/invitations.tsx';
import { Ltr } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { RowButton, RowForm, RowText } from '../components/row-form.tsx';
import { formFailure, type FormFailure } from '../form-failure.server.ts';
import { roleLabel } from '../labels.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { requirePerson } from '../session.server.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';
import { redirectSaying } from '../toast.server.ts';
import { wordOf } from '../word-of.ts';

export const meta: MetaFunction = () => [{ title: 'משתמשים · הגדרות · ProSaaS' }];

const ROLES = ['owner', 'admin', 'agent'] as const satisfies readonly BusinessRole[];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role, user } = await requirePerson(request, context, 'members.read');
  const { publicUrl, appSecret, previousAppSecrets, sendsMail } = context.config;
  const [members, invitations] = await Promise.all([
    listMembers(context.db, businessId),
    openInvitations(context.db, { current: appSecret, previous: previousAppSecrets }, businessId),
  ]);
  return data(
    {
      members: members.map((member) => ({
        ...member,
        own: member.userId === user.id,
        manageable: reaches(role, member.role),
      })),
      invitations: invitations.map(({ linkToken, ...invitation }) => ({
        ...invitation,
        manageable: reaches(role, invitation.role),
        // Where no letter goes out, whoever may make the invitation hands the link over.
        link:
          linkToken === null ||
          (sendsMail && !invitation.mailFailed) ||
          invitation.expired ||
          !reaches(role, invitation.role)
            ? null
            : linkUrl(publicUrl, 'invitation', linkToken),
      })),
      roles: ROLES.filter((one) => reaches(role, one)),
      sendsMail,
    },
    { headers: { 'Cache-Control': 'no-store' } },
  );
}

interface Answer {
  readonly failure: FormFailure | null;
  /** A link by which a member sets a new password: shown this once. */
  readonly resetLink: { readonly userId: string; readonly url: string } | null;
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'members.write');
  const form = await receiveForm(request, context);
  const kind = formText(form, 'form');
  const typed = { email: formText(form, 'email'), name: formText(form, 'name'), role: formText(form, 'role') };
  const { appSecret, publicUrl, sendsMail } = context.config;
  const options = { db: context.db, appSecret, byMail: sendsMail };
  try {
    switch (kind) {
      case 'invite':
        await invite(options, businessId, typed, actor);
        await sendSoon(context, businessId);
        break;
      case 'resend':
        await resendInvitation(options, businessId, idOf(form, 'invitation_id', 'invitation_not_found'), actor);
        await sendSoon(context, businessId);
        break;
      case 'revoke':
        await revokeInvitation(context.db, businessId, idOf(form, 'invitation_id', 'invitation_not_found'), actor);
        break;
      case 'role': {
        const role = z.enum(ROLES).safeParse(formText(form, 'member_role'));
        if (!role.success) throw new AppError('validation_failed', { permanent: true });
        await changeRole(context.db, businessId, idOf(form, 'user_id', 'member_not_found'), role.data, actor);
        await tellOfSessions(context, [businessId]);
        break;
      }
      case 'remove':
        await removeMember(context.db, businessId, idOf(form, 'user_id', 'member_not_found'), actor);
        await tellOfSessions(context, [businessId]);
        break;
      case 'reset_link': {
        const userId = idOf(form, 'user_id', 'member_not_found');
        const token = await createResetLink(context.db, appSecret, businessId, userId, actor);
        const url = linkUrl(publicUrl, 'password-reset', token);
        return data<Answer>(
          { failure: null, resetLink: { userId, url } },
          { headers: { 'Cache-Control': 'no-store' } },
        );
      }
      default:
        throw new AppError('not_found', { permanent: true });
    }
    return redirectSaying(context, '/settings/users', wordOf(DONE, kind) ?? 'נשמר.');
  } catch (error) {
    const failed = formFailure(error, kind, typed);
    return data<Answer>({ failure: failed.data, resetLink: null }, failed.init ?? {});
  }
}

function idOf(form: FormData, name: string, code: string): string {
  const id = z.uuid().safeParse(formText(form, name));
  if (!id.success) throw new AppError(code, { permanent: true });
  return id.data;
}

/** A queue that is away fails no invitation: the sweep finds its row. */
async function sendSoon({ db, queue, log }: AppLoadContext, businessId: string): Promise<void> {
  try {
    await dispatchWaiting(db, queue, businessId, MAIL_INVITATION);
  } catch (err) {
    logEvent(log, 'invitation_not_handed_over', { businessId, err }, 'warn');
  }
}

const DONE: Readonly<Record<string, string>> = {
  invite: 'ההזמנה נוצרה.',
  resend: 'ההזמנה חודשה. הקישור הקודם כבר לא פועל.',
  revoke: 'ההזמנה בוטלה.',
  role: 'התפקיד עודכן.',
  remove: 'הגישה לעסק הוסרה.',
};

export default function Users() {
  const { members, invitations, roles, sendsMail } = useLoaderData<typeof loader>();
  const { failure = null, resetLink = null } = useActionData<typeof action>() ?? {};
  const sending = useNavigation().formData?.get('form');
  return (
    <div className="space-y-6">
      {failure !== null && failure.form !== 'invite' ? <FormProblem failure={failure} form={failure.form} /> : null}

      <Card title="האנשים בעסק" id="members">
        <ul className="divide-y divide-line">
          {members.map((member) => (
            <li key={member.userId} className="py-5 first:pt-0 last:pb-0">
              <Member
                member={member}
                roles={roles}
                resetUrl={resetLink?.userId === member.userId ? resetLink.url : null}
              />
            </li>
          ))}
        </ul>
      </Card>

      <OpenInvitations invitations={invitations} />

      <InviteCard
        key={invitations.map(({ id }) => id).join()}
        roles={roles}
        sendsMail={sendsMail}
        failure={failure}
        busy={sending === 'invite'}
      />
    </div>
  );
}

type MemberRow = ReturnType<typeof useLoaderData<typeof loader>>['members'][number];

interface MemberProps {
  readonly member: MemberRow;
  readonly roles: readonly BusinessRole[];
  readonly resetUrl: string | null;
}

function Member({ member, roles, resetUrl }: MemberProps) {
  const { userId, name, email, role, hasSecondFactor, lastSeenAt, own, manageable } = member;
  const called = name || email;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-semibold">
            <bdi>{called}</bdi> {own ? <span className="font-normal text-muted">(זה אני)</span> : null}
          </p>
          <p className="text-sm text-muted">
            {name === '' ? null : (
              <>
                <Ltr className="wrap-anywhere">{email}</Ltr> ·{' '}
              </>
            )}
            {lastSeenAt === null ? (
              'עוד לא הייתה כניסה'
            ) : (
              <>
                פעילות אחרונה: <Moment at={new Date(lastSeenAt)} as="short" />
              </>
            )}
          </p>
        </div>
        <p className="flex flex-wrap gap-2">
          <Badge label={{ text: roleLabel(role), tone: 'neutral' }} />
          <Badge
            label={hasSecondFactor ? { text: 'אימות דו־שלבי', tone: 'ok' } : { text: 'סיסמה בלבד', tone: 'neutral' }}
          />
        </p>
      </div>
      {manageable ? (
        <div className="flex flex-wrap items-end gap-3">
          <OwnForm method="post" className="flex w-full items-end gap-2 sm:w-auto" preventScrollReset>
            <input type="hidden" name="form" value="role" />
            <input type="hidden" name="user_id" value={userId} />
            <label className="sr-only" htmlFor={`role-${userId}`}>
              תפקיד של {called}
            </label>
            <Select
              key={role}
              id={`role-${userId}`}
              name="member_role"
              value={role}
              options={roles.map((one) => ({ value: one, label: roleLabel(one) }))}
              className="min-w-0 flex-1 sm:w-36 sm:flex-none"
            />
            <RowButton text="עדכון תפקיד" about={called} />
          </OwnForm>
          {own ? null : (
            <RowForm form="reset_link" id={userId} name="user_id" text="קישור לאיפוס סיסמה" about={called} />
          )}
          <Confirm
            trigger={<RowText text="הסרה מהעסק" about={called} />}
            title={own ? 'לעזוב את העסק?' : `להסיר את ${called} מהעסק?`}
            confirmText={own ? 'עזיבה' : 'הסרה'}
            fields={{ form: 'remove', user_id: userId }}
          >
            <p>
              {own
                ? 'הגישה שלך לעסק נגמרת מיד. כדי לחזור דרושה הזמנה חדשה.'
                : 'הגישה לעסק נגמרת מיד, בכל המכשירים. החשבון עצמו לא נמחק, ואפשר להזמין אותו שוב.'}
            </p>
          </Confirm>
        </div>
      ) : null}
      {resetUrl === null ? null : (
        <div role="status">
          <CopyField
            id={`reset-${userId}`}
            label="קישור לאיפוס הסיסמה"
            value={resetUrl}
            help="תקף לשעה ולשימוש אחד, ומוצג רק עכשיו. מי שמחזיק בו יכול להיכנס לחשבון."
          />
        </div>
      )}
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
