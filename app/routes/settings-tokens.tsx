import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { issueApiToken, listApiTokens, revokeApiToken } from '../../domain/users/index.ts';
import { TOKEN_SCOPES } from '../../domain/users/token-scopes.ts';
import { isAppError } from '../../platform/errors.ts';
import { fieldsOf, statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Badge } from '../components/badge.tsx';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ChecklistField, SelectField } from '../components/choice-fields.tsx';
import { CopyField } from '../components/copy-field.tsx';
import { ErrorSummary } from '../components/error-summary.tsx';
import { Ltr } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { TextField } from '../components/text-fields.tsx';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { SCOPE_LABELS, TOKEN_LIVES } from '../settings/token-labels.he.ts';

export const meta: MetaFunction = () => [{ title: 'אסימוני API · הגדרות · ProSaaS' }];

const HERE = '/settings/tokens';

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'tokens.read');
  const tokens = await listApiTokens(context.db, businessId);
  const asked = new URL(request.url).searchParams.get('revoke');
  return { tokens, revoking: tokens.find(({ id }) => id === asked)?.id ?? null };
}

/** A token that was just made is in the answer to its form, and nowhere else. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'tokens.write');
  const form = await receiveForm(request, context);
  const days = formText(form, 'days');
  const typed = {
    name: formText(form, 'name'),
    scopes: form.getAll('scopes').filter((scope): scope is string => typeof scope === 'string'),
    days,
  };
  try {
    switch (formText(form, 'intent')) {
      case 'create': {
        const wanted = { ...typed, days: days === '' ? null : Number(days) };
        const { token, name } = await issueApiToken(context.db, businessId, wanted, actor);
        return data({ made: { token, name }, failure: null });
      }
      case 'revoke':
        await revokeApiToken(context.db, businessId, formText(form, 'token_id'), actor);
        return redirect(HERE);
      default:
        throw pageError('not_found', 404);
    }
  } catch (error) {
    if (!isAppError(error) || statusOf(error.code) >= 500) throw error;
    if (error.code === 'token_not_found') throw pageError('token_not_found', 404);
    const failure = { code: error.code, fields: fieldsOf(error.details) ?? {}, typed, at: Date.now() };
    return data({ made: null, failure }, { status: statusOf(error.code) });
  }
}

const scopeText = (scopes: readonly string[]) =>
  scopes.includes('*')
    ? 'כל ההרשאות'
    : TOKEN_SCOPES.filter((scope) => scopes.includes(scope))
        .map((scope) => SCOPE_LABELS[scope])
        .join(' · ');

export default function Tokens() {
  const { tokens, revoking } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const failure = answer?.failure ?? undefined;
  return (
    <div className="space-y-6">
      {failure === undefined ? null : (
        <ErrorSummary
          fields={failure.fields}
          labels={{ name: 'שם', scopes: 'הרשאות', days: 'תוקף' }}
          message={failure.code === 'validation_failed' ? undefined : errorText(failure.code)}
          attempt={failure.at}
        />
      )}
      {answer?.made === null || answer === undefined ? null : (
        <Card id="card-made" title={`האסימון «${answer.made.name}» נוצר`}>
          <div className="space-y-4">
            <Notice tone="warn">זו הפעם היחידה שהאסימון מוצג. העתיקו אותו עכשיו למקום בטוח.</Notice>
            <CopyField id="made-token" label="האסימון" value={answer.made.token} />
          </div>
        </Card>
      )}
      <Card
        id="card-tokens"
        title="אסימוני API"
        help={
          <>
            אסימון מאפשר למערכת אחרת לקרוא ולשנות את מה שמותר לו, בשם העסק.{' '}
            <Link to="/api-docs" className="text-accent-text underline underline-offset-4">
              תיעוד ה־API
            </Link>
          </>
        }
      >
        {tokens.length === 0 ? (
          <p className="text-muted">אין אסימונים.</p>
        ) : (
          <ul className="divide-y divide-line">
            {tokens.map((token) => (
              <li key={token.id} className="py-4 first:pt-0 last:pb-0">
                <div className="flex flex-wrap items-start justify-between gap-3">
                  <div className="min-w-0">
                    <p className="flex flex-wrap items-center gap-2 font-semibold">
                      <bdi>{token.name}</bdi>
                      <Ltr className="font-mono text-sm text-muted">{`••••${token.lastFour}`}</Ltr>
                      {token.expired ? <Badge label={{ tone: 'danger', text: 'פג תוקף' }} /> : null}
                    </p>
                    <p className="mt-1 text-sm text-muted">{scopeText(token.scopes)}</p>
                    <p className="mt-1 text-sm text-muted">
                      נוצר <Moment at={new Date(token.createdAt)} />
                      {token.createdBy === '' ? null : (
                        <>
                          {' '}
                          על ידי <Ltr>{token.createdBy}</Ltr>
                        </>
                      )}
                      {' · '}
                      {token.lastUsedAt === null ? (
                        'עדיין לא היה בשימוש'
                      ) : (
                        <>
                          שימוש אחרון <Moment at={new Date(token.lastUsedAt)} />
                        </>
                      )}
                      {token.expiresAt === null || token.expired ? null : (
                        <>
                          {' · '}בתוקף עד <Moment at={new Date(token.expiresAt)} />
                        </>
                      )}
                    </p>
                  </div>
                  <Link
                    to={`?revoke=${token.id}`}
                    preventScrollReset
                    className={buttonClass('secondary')}
                    aria-label={`ביטול ${token.name}`}
                  >
                    ביטול
                  </Link>
                </div>
                {revoking === token.id ? (
                  <OwnForm method="post" action={HERE} className="mt-4 space-y-3" aria-label="אישור ביטול">
                    <Notice tone="warn">מערכת שמשתמשת באסימון הזה תפסיק לעבוד מיד, ואי אפשר להחזיר אותו.</Notice>
                    <input type="hidden" name="token_id" value={token.id} />
                    <div className="flex flex-wrap gap-3">
                      <Button type="submit" name="intent" value="revoke">
                        לבטל את האסימון
                      </Button>
                      <Link to={HERE} preventScrollReset className={buttonClass('secondary')}>
                        השארה
                      </Link>
                    </div>
                  </OwnForm>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card id="card-new-token" title="אסימון חדש">
        <OwnForm
          method="post"
          action={HERE}
          noValidate
          key={answer?.made?.token.slice(-4) ?? 'first'}
          className="space-y-5"
        >
          <TextField
            name="name"
            label="שם"
            value={failure?.typed.name ?? ''}
            error={failure?.fields['name']}
            help="למה הוא משמש, לדוגמה: n8n, אתר החברה."
            maxLength={60}
            required
          />
          <ChecklistField
            name="scopes"
            label="הרשאות"
            values={failure?.typed.scopes ?? []}
            error={failure?.fields['scopes']}
            options={TOKEN_SCOPES.map((scope) => ({ value: scope, label: SCOPE_LABELS[scope] }))}
          />
          <SelectField
            name="days"
            label="תוקף"
            value={failure?.typed.days ?? '365'}
            error={failure?.fields['days']}
            options={TOKEN_LIVES}
          />
          <Button type="submit" name="intent" value="create">
            יצירת אסימון
          </Button>
        </OwnForm>
      </Card>
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
