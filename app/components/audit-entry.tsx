import type { ComparedField } from '../audit/comparison.ts';
import { Badge } from './badge.tsx';
import { Ltr } from './ltr.tsx';
import { Moment } from './moment.tsx';

/** An entry of the audit log as its page shows it: nothing but data, so that it can travel to the browser. */
export interface ShownEntry {
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  /** Who is no person: what kind of actor it was. */
  readonly actorKind: string | null;
  readonly actor: string;
  readonly actedAs: boolean;
  readonly address: string | null;
  /** Browser and system, in a few words. */
  readonly device: string | null;
  readonly entityId: string | null;
  readonly fields: readonly ComparedField[];
}

/** Who did what, when and from where, and what it changed. */
export function AuditEntry({ entry }: { entry: ShownEntry }) {
  const { action, actor, actorKind, actedAs, address, at, device, entityId, fields } = entry;
  return (
    <li className="rounded-card border border-line bg-surface p-4 shadow-card md:p-5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 className="font-semibold">{action}</h2>
        <p className="text-sm text-muted">
          <Moment at={at} />
        </p>
      </div>
      <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
        <span>
          {actorKind === null ? null : <>{actorKind} · </>}
          <bdi>{actor}</bdi>
        </span>
        {actedAs ? <Badge label={{ text: 'מנהל המערכת, בשם העסק', tone: 'warn' }} /> : null}
        {address === null ? null : (
          <span>
            מכתובת <Ltr>{address}</Ltr>
          </span>
        )}
        {device === null ? null : <bdi dir="rtl">{device}</bdi>}
        {entityId === null ? null : (
          <span className="wrap-anywhere">
            רשומה <Ltr>{entityId}</Ltr>
          </span>
        )}
      </p>
      {fields.length === 0 ? null : <Comparison fields={fields} />}
    </li>
  );
}

/** What fills lines stands above what came in its place, not beside it. */
const isLong = (text: string) => text.includes('\n') || text.length > 60;

function Comparison({ fields }: { fields: readonly ComparedField[] }) {
  return (
    <dl className="mt-3 divide-y divide-line border-t border-line text-sm">
      {fields.map(({ key, label, before, after }) => (
        <div key={key} className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[12rem_minmax(0,1fr)]">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 wrap-anywhere whitespace-pre-line">
            {before === null ? null : (
              <del className="text-muted decoration-danger">
                <span className="sr-only">היה: </span>
                <bdi>{before}</bdi>
              </del>
            )}
            {before === null || after === null ? null : isLong(before) || isLong(after) ? (
              <span aria-hidden="true" className="block text-muted">
                ↓
              </span>
            ) : (
              <span aria-hidden="true"> ← </span>
            )}
            {after === null ? null : (
              <ins className="font-medium no-underline">
                {before === null ? null : <span className="sr-only">עכשיו: </span>}
                <bdi>{after}</bdi>
              </ins>
            )}
            {before === null && after === null ? '—' : null}
            {before !== null && after === null ? <span className="text-muted"> (נמחק)</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
