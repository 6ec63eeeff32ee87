import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { readOrigins, writeOrigins } from '../../domain/businesses/index.ts';
import { can } from '../../domain/users/permissions.ts';
import { formText } from '../body.server.ts';
import { buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ORIGINS_FORM, OriginsCard } from '../components/origins-card.tsx';
import { SettingsCards } from '../components/settings-cards.tsx';
import { SettingsForm } from '../components/settings-form.tsx';
import { formFailure } from '../form-failure.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { requirePerson } from '../session.server.ts';
import { labelsOf } from '../settings/labels.ts';
import { loadTab, saveTab } from '../settings/tab.server.ts';
import { redirectSaying } from '../toast.server.ts';

export const meta: MetaFunction = () => [{ title: 'אינטגרציות · הגדרות · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'settings.read');
  const [tab, origins] = await Promise.all([
    loadTab(request, context, 'integrations'),
    readOrigins(context.db, businessId),
  ]);
  const mayOpen = { tokens: can(role, 'tokens.read'), origins: can(role, 'origins.write') };
  return data({ ...tab.data, origins, mayOpen }, tab.init ?? {});
}

/** The tab is one form, which is saved as a whole; the list of origins is another, told apart by its address. */
export async function action({ request, context }: ActionFunctionArgs) {
  if (new URL(request.url).searchParams.get('form') !== ORIGINS_FORM) return saveTab(request, context, 'integrations');
  const { businessId, actor } = await requirePerson(request, context, 'origins.write');
  const form = await receiveForm(request, context);
  const origins = formText(form, 'origins');
  try {
    await writeOrigins(context.db, businessId, origins, actor);
    return redirectSaying(context, '/settings/integrations', 'הרשימה נשמרה.');
  } catch (error) {
    return formFailure(error, ORIGINS_FORM, { origins });
  }
}

export default function IntegrationSettings() {
  const { cards, savedAt, seen, draftKey, origins, mayOpen } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>() ?? null;
  const failure = answer !== null && 'form' in answer ? answer : null;
  const saving = answer === null || 'form' in answer ? undefined : answer;
  return (
    <div className="space-y-6">
      {mayOpen.tokens ? (
        <Card
          id="card-api"
          title="גישה ב־API"
          help="אסימונים שבהם מערכות אחרות קוראות ומשנות את מה שמותר להן, בשם העסק."
        >
          <div className="flex flex-wrap gap-3">
            <Link to="/settings/tokens" className={buttonClass('secondary')}>
              אסימוני API
            </Link>
            <Link to="/api-docs" className={buttonClass('quiet')}>
              תיעוד ה־API
            </Link>
          </div>
        </Card>
      ) : null}
      {mayOpen.origins ? <OriginsCard origins={origins} failure={failure} /> : null}
      <SettingsForm answer={saving} savedAt={savedAt} labels={labelsOf(cards)} seen={seen} draftKey={draftKey}>
        <SettingsCards
          cards={cards}
          typed={saving?.typed ?? {}}
          errors={saving?.fields ?? {}}
          test={saving?.test ?? undefined}
        />
      </SettingsForm>
    </div>
  );
}
