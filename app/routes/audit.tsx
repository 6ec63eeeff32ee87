import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { redirect, useLoaderData } from '@remix-run/react';
import { auditFacets, readAudit, type AuditFilter, type AuditRecord } from '../../domain/audit/index.ts';
import { getBusiness } from '../../domain/businesses/index.ts';
import type { SettingsRegistry } from '../../domain/settings/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { comparedFields } from '../audit/comparison.ts';
import { ACTOR_KIND_LABELS, actionLabel, entityLabel } from '../audit/labels.he.ts';
import { dayBegins, dayEnds } from '../business-day.server.ts';
import { AuditEntry, type ShownEntry } from '../components/audit-entry.tsx';
import { SelectField } from '../components/choice-fields.tsx';
import { DateField } from '../components/date-fields.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { ListIcon } from '../components/icons.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Pagination } from '../components/pagination.tsx';
import { SearchField, TextField } from '../components/text-fields.tsx';
import { deviceOf } from '../device.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'יומן פעולות · ProSaaS' }];

/** Entries on one page. */
const PAGE_SIZE = 30;
/** What the address may say to narrow the log. */
const FILTERS = ['text', 'actor', 'action', 'record', 'from', 'until'] as const;
type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'audit.read');
  const query = new URL(request.url).searchParams;
  const filters = filtersOf(query);
  const cursor = query.get('cursor') ?? undefined;
  const business = await getBusiness(context.db, businessId);
  const filter = auditFilter(filters, business?.timeZone ?? 'Asia/Jerusalem');
  try {
    const [page, facets] = await Promise.all([
      readAudit(context.db, businessId, { filter, cursor, limit: PAGE_SIZE }),
      auditFacets(context.db, businessId),
    ]);
    const search = new URLSearchParams(filters).toString();
    return {
      entries: page.entries.map((entry) => shown(entry, context.registry)),
      filters,
      newer: cursor === undefined ? null : `/audit${search === '' ? '' : `?${search}`}`,
      older: page.nextCursor === null ? null : `/audit?${new URLSearchParams({ ...filters, cursor: page.nextCursor })}`,
      actors: facets.actors,
      actions: actionOptions(facets.actions),
    };
  } catch (error) {
    // An old or broken link leads to the first page.
    if (isAppError(error) && error.code === 'invalid_cursor') throw redirect('/audit');
    throw error;
  }
}

function filtersOf(query: URLSearchParams): Filters {
  const given = FILTERS.map((name) => [name, query.get(name)?.trim().slice(0, 200) ?? ''] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== ''));
}

function auditFilter({ text, actor, action, record, from, until }: Filters, timeZone: string): AuditFilter {
  return {
    text,
    actor,
    action,
    entityId: record,
    from: dayBegins(from ?? '', timeZone) ?? undefined,
    until: dayEnds(until ?? '', timeZone) ?? undefined,
  };
}

/** Each kind of record, and under it what was done to it. */
function actionOptions(actions: readonly string[]): { value: string; label: string }[] {
  const entities = [...new Set(actions.map((action) => action.slice(0, action.indexOf('.'))))];
  return entities.flatMap((entity) => [
    { value: entity, label: `${entityLabel(entity)}: הכול` },
    ...actions
      .filter((action) => action.startsWith(`${entity}.`))
      .map((action) => ({ value: action, label: `${entityLabel(entity)}: ${actionLabel(action)}` })),
  ]);
}

function shown(entry: AuditRecord, registry: SettingsRegistry): ShownEntry {
  return {
    id: entry.id,
    at: entry.at,
    action: actionLabel(entry.action),
    actorKind: ACTOR_KIND_LABELS[entry.actorKind],
    actor: entry.actorLabel,
    actedAs: entry.actedAs,
    address: entry.address,
    device: entry.userAgent === null ? null : deviceOf(entry.userAgent),
    entityId: entry.entityId,
    fields: comparedFields(entry.before, entry.after, registry),
  };
}

export default function AuditLog() {
  const { entries, filters, newer, older, actors, actions } = useLoaderData<typeof loader>();
  const filtered = Object.keys(filters).length > 0;
  const everybody = { value: '', label: 'כולם' };
  const everything = { value: '', label: 'כל הפעולות' };
  return (
    <>
      <PageHeader title="יומן פעולות">מי שינה מה, מתי ומאיפה. אי אפשר לערוך או למחוק רשומות.</PageHeader>
      <FilterBar
        label="סינון יומן הפעולות"
        filtered={filtered}
        unfolded={Object.keys(filters).some((name) => name !== 'text')}
        search={<SearchField name="text" label="חיפוש בשם המבצע" value={filters.text ?? ''} maxLength={200} />}
      >
        <SelectField
          name="actor"
          label="מי"
          value={filters.actor ?? ''}
          options={[everybody, ...actors.map((actor) => ({ value: actor, label: actor }))]}
        />
        <SelectField name="action" label="מה" value={filters.action ?? ''} options={[everything, ...actions]} />
        <TextField name="record" label="מזהה רשומה" value={filters.record ?? ''} dir="ltr" maxLength={200} />
        <DateField name="from" label="מיום" value={filters.from ?? ''} />
        <DateField name="until" label="עד יום" value={filters.until ?? ''} />
      </FilterBar>
      {entries.length === 0 ? (
        <EmptyState icon={ListIcon} title={filtered ? 'אין רשומות שמתאימות לסינון' : 'היומן עדיין ריק'}>
          {filtered ? 'אפשר להרחיב את הסינון או לנקות אותו.' : 'כל שינוי בעסק יופיע כאן.'}
        </EmptyState>
      ) : (
        <ol className="space-y-3">
          {entries.map((entry) => (
            <AuditEntry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      <Pagination label="דפי היומן" newer={newer} older={older} />
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
