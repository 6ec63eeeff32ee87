import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useActionData, useLoaderData, useRouteLoaderData } from '@remix-run/react';
import { can } from '../../domain/users/permissions.ts';
import { buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { SettingsCards } from '../components/settings-cards.tsx';
import { SettingsForm } from '../components/settings-form.tsx';
import { labelsOf } from '../settings/labels.ts';
import { loadTab, saveTab } from '../settings/tab.server.ts';
import type { loader as settingsLoader } from './settings.tsx';

export const meta: MetaFunction = () => [{ title: 'אינטגרציות · הגדרות · ProSaaS' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => loadTab(request, context, 'integrations');
export const action = ({ request, context }: ActionFunctionArgs) => saveTab(request, context, 'integrations');

export default function IntegrationSettings() {
  const { cards, savedAt, seen, draftKey } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const role = useRouteLoaderData<typeof settingsLoader>('routes/settings')?.role;
  return (
    <>
      {role !== undefined && can(role, 'tokens.read') ? (
        <div className="mb-6">
          <Card
            id="card-api"
            title="גישה ב־API"
            help="אסימונים שבהם מערכות אחרות קוראות ומשנות את מה שמותר להן, בשם העסק."
          >
            <Link to="/settings/tokens" className={buttonClass('secondary')}>
              אסימוני API
            </Link>
          </Card>
        </div>
      ) : null}
      <SettingsForm answer={answer} savedAt={savedAt} labels={labelsOf(cards)} seen={seen} draftKey={draftKey}>
        <SettingsCards
          cards={cards}
          typed={answer?.typed ?? {}}
          errors={answer?.fields ?? {}}
          test={answer?.test ?? undefined}
        />
      </SettingsForm>
    </>
  );
}
