import type { BusinessRole, OpenInvitation } from '../../domain/users/index.ts';
import type { FormFailure } from '../form-failure.server.ts';
import { roleLabel } from '../labels.he.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { SelectField } from './choice-fields.tsx';
import { Confirm } from './confirm.tsx';
import { CopyField } from './copy-field.tsx';
import { FormProblem } from './form-problem.tsx';
import { Ltr } from './ltr.tsx';
import { Moment } from './moment.tsx';
import { OwnForm } from './own-form.tsx';
import { RowForm, RowText } from './row-form.tsx';
import { TextField } from './text-fields.tsx';

/** An invitation as its reader may see it. */
export interface ShownInvitation extends Omit<OpenInvitation, 'linkToken'> {
  /** The reader may make and take back one of this role. */
  readonly manageable: boolean;
  /** Null where it went out by mail, or is not the reader's to hand over. */
  readonly link: string | null;
}

/** The invitations that wait for an answer; nothing where there are none. */
export function OpenInvitations({ invitations }: { invitations: readonly ShownInvitation[] }) {
  if (invitations.length === 0) return null;
  return (
    <Card title="הזמנות פתוחות" id="invitations">
      <ul className="divide-y divide-line">
        {invitations.map((invitation) => (
          <li key={invitation.id} className="py-5 first:pt-0 last:pb-0">
            <Invitation invitation={invitation} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Invitation({ invitation }: { invitation: ShownInvitation }) {
  const { id, email, name, role, expiresAt, expired, manageable, link, mailFailed } = invitation;
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-semibold">
            {name === '' ? <Ltr className="wrap-anywhere">{email}</Ltr> : <bdi>{name}</bdi>}
          </p>
          <p className="text-sm text-muted">
            {name === '' ? null : (
              <>
                <Ltr className="wrap-anywhere">{email}</Ltr> ·{' '}
              </>
            )}
            {expired ? 'פג תוקף ' : 'בתוקף עד '}
            <Moment at={new Date(expiresAt)} as="short" />
          </p>
        </div>
        <p className="flex flex-wrap gap-2">
          <Badge label={{ text: roleLabel(role), tone: 'neutral' }} />
          {expired ? <Badge label={{ text: 'פג תוקף', tone: 'warn' }} /> : null}
        </p>
      </div>
      {link === null ? null : (
        <CopyField
          id={`link-${id}`}
          label="קישור ההזמנה"
          value={link}
          {...(mailFailed ? { help: 'ההודעה בדוא״ל לא נשלחה. אפשר להעביר את הקישור בדרך אחרת.' } : {})}
        />
      )}
      {manageable ? (
        <div className="flex flex-wrap gap-3">
          <RowForm form="resend" id={id} name="invitation_id" text="קישור חדש" about={email} />
          <Confirm
            trigger={<RowText text="ביטול ההזמנה" about={email} />}
            title="לבטל את ההזמנה?"
            confirmText="ביטול ההזמנה"
            fields={{ form: 'revoke', invitation_id: id }}
          >
            <p>
              הקישור שנשלח אל <Ltr className="wrap-anywhere">{email}</Ltr> יפסיק לפעול מיד.
            </p>
          </Confirm>
        </div>
      ) : null}
    </div>
  );
}

const LABELS = { email: 'דוא״ל', name: 'שם', role: 'תפקיד' };

interface InviteCardProps {
  /** Those the reader may invite to. */
  readonly roles: readonly BusinessRole[];
  readonly sendsMail: boolean;
  readonly failure: FormFailure | null;
  readonly busy: boolean;
}

/** Invites somebody to the business. */
export function InviteCard({ roles, sendsMail, failure, busy }: InviteCardProps) {
  const typed = failure?.form === 'invite' ? failure.typed : {};
  const fields = failure?.form === 'invite' ? failure.fields : {};
  return (
    <Card
      title="הזמנת אדם לעסק"
      id="invite"
      help={
        sendsMail
          ? 'נשלח קישור לדוא״ל. הוא תקף לשבוע ולשימוש אחד.'
          : 'אחרי היצירה יופיע כאן קישור שאפשר לשלוח בעצמך. הוא תקף לשבוע ולשימוש אחד.'
      }
    >
      <OwnForm method="post" noValidate className="space-y-5">
        <FormProblem failure={failure} form="invite" labels={LABELS} />
        <input type="hidden" name="form" value="invite" />
        <TextField
          name="email"
          label="דוא״ל"
          type="email"
          dir="ltr"
          value={typed['email'] ?? ''}
          error={fields['email']}
          required
        />
        <TextField name="name" label="שם (לא חובה)" value={typed['name'] ?? ''} error={fields['name']} />
        <SelectField
          name="role"
          label="תפקיד"
          help="נציג רואה שיחות ולידים. מנהל גם משנה הגדרות ומזמין אנשים."
          value={typed['role'] ?? 'agent'}
          error={fields['role']}
          options={roles.map((role) => ({ value: role, label: roleLabel(role) }))}
        />
        <Button type="submit" busy={busy} busyText="רגע…">
          {sendsMail ? 'שליחת הזמנה' : 'יצירת קישור הזמנה'}
        </Button>
      </OwnForm>
    </Card>
  );
}
