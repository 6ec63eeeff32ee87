import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { SettingsCards } from '../components/settings-cards.tsx';
import { SettingsForm } from '../components/settings-form.tsx';
import { labelsOf } from '../settings/labels.ts';
import { loadTab, saveTab } from '../settings/tab.server.ts';

export const meta: MetaFunction = () => [{ title: 'אינטגרציות · הגדרות · ProSaaS' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => loadTab(request, context, 'integrations');
export const action = ({ request, context }: ActionFunctionArgs) => saveTab(request, context, 'integrations');

export default function IntegrationSettings() {
  const { cards, savedAt, seen, draftKey } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <SettingsForm answer={answer} savedAt={savedAt} labels={labelsOf(cards)} seen={seen} draftKey={draftKey}>
      <SettingsCards
        cards={cards}
        typed={answer?.typed ?? {}}
        errors={answer?.fields ?? {}}
        test={answer?.test ?? undefined}
      />
    </SettingsForm>
  );
}
