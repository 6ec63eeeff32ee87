import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { BusinessCard } from '../components/business-card.tsx';
import { SettingsCards } from '../components/settings-cards.tsx';
import { SettingsForm } from '../components/settings-form.tsx';
import { BUSINESS_LABELS, labelsOf } from '../settings/labels.ts';
import { loadTab, saveTab } from '../settings/tab.server.ts';

export const meta: MetaFunction = () => [{ title: 'עסק · הגדרות · ProSaaS' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => loadTab(request, context, 'business');
export const action = ({ request, context }: ActionFunctionArgs) => saveTab(request, context, 'business');

export default function BusinessSettings() {
  const { cards, business, savedAt } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>();
  const typed = failure?.typed ?? {};
  const errors = failure?.fields ?? {};
  return (
    <SettingsForm failure={failure} savedAt={savedAt} labels={{ ...BUSINESS_LABELS, ...labelsOf(cards) }}>
      <BusinessCard business={business} typed={typed} errors={errors} />
      <SettingsCards cards={cards} typed={typed} errors={errors} />
    </SettingsForm>
  );
}
