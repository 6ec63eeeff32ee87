import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { SettingsCards } from '../components/settings-cards.tsx';
import { SettingsForm } from '../components/settings-form.tsx';
import { PROMPT_LABELS } from '../settings/prompt-labels.ts';
import { labelsOf } from '../settings/labels.ts';
import { loadTab, saveTab } from '../settings/tab.server.ts';

export const meta: MetaFunction = () => [{ title: 'AI ושיחות · הגדרות · ProSaaS' }];

export const loader = ({ request, context }: LoaderFunctionArgs) => loadTab(request, context, 'ai');
export const action = ({ request, context }: ActionFunctionArgs) => saveTab(request, context, 'ai');

export default function AiSettings() {
  const { cards, savedAt, seen, draftKey } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <SettingsForm answer={answer} savedAt={savedAt} labels={labelsOf(cards)} seen={seen} draftKey={draftKey}>
      <SettingsCards
        cards={cards}
        typed={answer?.typed ?? {}}
        errors={answer?.fields ?? {}}
        test={answer?.test ?? undefined}
        below={{ prompts: <PromptLinks /> }}
      />
    </SettingsForm>
  );
}

/** Where the earlier versions of each prompt are. */
function PromptLinks() {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-2 border-t border-line pt-4">
      <span className="text-muted">גרסאות קודמות:</span>
      {Object.entries(PROMPT_LABELS).map(([channel, label]) => (
        <Link
          key={channel}
          to={`/settings/ai/prompts/${channel}`}
          className="font-medium text-accent-text underline underline-offset-4"
        >
          {label}
        </Link>
      ))}
    </p>
  );
}
