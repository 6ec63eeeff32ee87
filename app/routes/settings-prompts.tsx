import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { isPromptChannel, listPromptVersions, promptTexts, restorePrompt } from '../../domain/prompts/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Button, buttonClass } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { OwnForm } from '../components/own-form.tsx';
import { PromptDifference } from '../components/prompt-difference.tsx';
import { errorText } from '../errors.he.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { PROMPT_LABELS } from '../settings/prompt-labels.ts';
import { wordDifference } from '../settings/word-difference.server.ts';
import { renderSoon } from '../speech.server.ts';

export const meta: MetaFunction = () => [{ title: 'גרסאות ההנחיות · הגדרות · ProSaaS' }];

const wholeNumber = (text: string | null) => (text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null);

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'prompt.read');
  const channel = params['channel'] ?? '';
  if (!isPromptChannel(channel)) throw pageError('not_found', 404);
  const { searchParams } = new URL(request.url);
  const before = wholeNumber(searchParams.get('before'));
  const [list, newest] = await Promise.all([
    listPromptVersions(context.db, businessId, channel, before),
    listPromptVersions(context.db, businessId, channel),
  ]);
  const chosen = wholeNumber(searchParams.get('version')) ?? list.versions[0]?.number ?? null;
  const texts = chosen === null ? null : await promptTexts(context.db, businessId, channel, chosen);
  if (chosen !== null && texts === null) throw pageError('prompt_version_not_found', 404);
  return {
    channel,
    versions: list.versions.map((version) => ({ ...version, at: version.at.toISOString() })),
    more: list.more,
    before,
    newest: newest.versions[0]?.number ?? 0,
    chosen:
      chosen === null || texts === null ? null : { number: chosen, parts: wordDifference(texts.before, texts.text) },
    changed: searchParams.has('changed'),
    restored: searchParams.has('restored'),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'prompt.write');
  const form = await receiveForm(request, context);
  const channel = params['channel'] ?? '';
  const number = wholeNumber(formText(form, 'restore'));
  const newest = wholeNumber(formText(form, 'newest'));
  if (!isPromptChannel(channel) || number === null || newest === null) throw pageError('not_found', 404);
  try {
    await restorePrompt(context.db, businessId, context.registry, { channel, number, newest, actor });
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code !== 'prompt_changed') throw pageError(error.code, statusOf(error.code));
    return redirect(`/settings/ai/prompts/${channel}?changed`);
  }
  await renderSoon(context, businessId);
  return redirect(`/settings/ai/prompts/${channel}?restored`);
}

export default function PromptVersions() {
  const { channel, versions, more, before, newest, chosen, changed, restored } = useLoaderData<typeof loader>();
  const here = (query: string) => `/settings/ai/prompts/${channel}${query}`;
  return (
    <div className="space-y-6">
      <nav aria-label="הנחיות לפי ערוץ" className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Link to="/settings/ai#card-prompts-title" className={buttonClass('quiet', '', 'small')}>
          חזרה להנחיות
        </Link>
        {Object.entries(PROMPT_LABELS).map(([name, label]) => (
          <Link
            key={name}
            to={`/settings/ai/prompts/${name}`}
            aria-current={name === channel ? 'page' : undefined}
            className="inline-flex min-h-9 items-center font-medium text-accent-text underline underline-offset-4 aria-[current=page]:font-bold aria-[current=page]:text-ink aria-[current=page]:no-underline"
          >
            {label}
          </Link>
        ))}
      </nav>
      <div role="status" className="empty:hidden">
        {changed ? <Notice tone="warn">{errorText('prompt_changed')}</Notice> : null}
        {restored ? <Notice tone="ok">הגרסה שוחזרה ונשמרה כגרסה חדשה.</Notice> : null}
      </div>
      {chosen === null ? (
        <Card id="versions" title={`גרסאות: ${PROMPT_LABELS[channel]}`}>
          <p className="text-muted">עדיין אין גרסאות. כל שמירה של הנחיות שהשתנו תופיע כאן.</p>
        </Card>
      ) : (
        <>
          <Card
            id="difference"
            title={chosen.number === 1 ? 'גרסה 1' : `גרסה ${chosen.number}, לעומת גרסה ${chosen.number - 1}`}
            help="מה שנוסף מסומן בקו תחתון ומה שהוסר מחוק בקו."
            aside={
              chosen.number === newest ? (
                <span className="text-muted">הגרסה שבתוקף</span>
              ) : (
                <OwnForm method="post">
                  <input type="hidden" name="newest" value={newest} />
                  <Button name="restore" value={chosen.number} look="secondary" size="small">
                    שחזור גרסה {chosen.number}
                  </Button>
                </OwnForm>
              )
            }
          >
            <PromptDifference parts={chosen.parts} />
          </Card>
          <Card id="versions" title={`גרסאות: ${PROMPT_LABELS[channel]}`}>
            <ol reversed className="divide-y divide-line">
              {versions.map(({ number, at, by, note }) => (
                <li key={number}>
                  <Link
                    to={here(`?version=${number}${before === null ? '' : `&before=${before}`}`)}
                    preventScrollReset
                    aria-current={number === chosen.number ? 'true' : undefined}
                    className="flex flex-wrap items-baseline gap-x-3 gap-y-1 rounded-control px-3 py-2.5 hover:bg-sunken aria-[current=true]:bg-accent-soft"
                  >
                    <span className="font-semibold">גרסה {number}</span>
                    <span className="text-muted">
                      <Moment at={new Date(at)} as="short" />
                    </span>
                    <bdi className="min-w-0 wrap-anywhere">{by === 'migration' ? 'המערכת' : by}</bdi>
                    {note === null ? null : <span className="text-muted">· {note}</span>}
                  </Link>
                </li>
              ))}
            </ol>
            {more ? (
              <Link
                to={here(`?before=${versions.at(-1)?.number}`)}
                className={buttonClass('secondary', 'mt-4', 'small')}
              >
                גרסאות ישנות יותר
              </Link>
            ) : null}
          </Card>
        </>
      )}
    </div>
  );
}
