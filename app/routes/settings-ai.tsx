import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { SettingsCards } from '../components/settings-cards.tsx';
import { SettingsForm } from '../components/settings-form.tsx';
import { labelsOf } from '../settings/labels.ts';
import { loadTab, saveTab } from '../settings/tab.server.ts';

export const meta: MetaFunction = () => [{ title: 'AI ושיחות · הגדרות · ProSaaS' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => loadTab(request, context, 'ai');
export const action = ({ request, context }: ActionFunctionArgs) => saveTab(request, context, 'ai');

export default function AiSettings() {
  const { cards, savedAt } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>();
  return (
    <SettingsForm failure={failure} savedAt={savedAt} labels={labelsOf(cards)}>
      <SettingsCards cards={cards} typed={failure?.typed ?? {}} errors={failure?.fields ?? {}} />
    </SettingsForm>
  );
}
