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
  const { cards, business, timeZones, savedAt, seen, draftKey } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const typed = answer?.typed ?? {};
  const errors = answer?.fields ?? {};
  const labels = { ...BUSINESS_LABELS, ...labelsOf(cards) };
  return (
    <SettingsForm answer={answer} savedAt={savedAt} labels={labels} seen={seen} draftKey={draftKey}>
      <BusinessCard business={business} timeZones={timeZones} typed={typed} errors={errors} />
      <SettingsCards cards={cards} typed={typed} errors={errors} test={answer?.test ?? undefined} />
    </SettingsForm>
  );
}
