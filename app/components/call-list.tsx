import { Link } from '@remix-run/react';
import type { CallSummary } from '../../domain/calls/index.ts';
import { formatLength } from '../format.ts';
import { callLabel, deliveriesLabel, DIRECTION_LABELS } from '../labels.he.ts';
import { OUTCOME_LABELS } from '../insights.he.ts';
import { Badge } from './badge.tsx';
import { Elapsed } from './elapsed.tsx';
import { ForwardIcon, IncomingIcon, OutgoingIcon } from './icons.tsx';
import { Ltr, PhoneNumber } from './ltr.tsx';
import { Moment } from './moment.tsx';

/** The number of the person at the other end. */
const otherEnd = (call: CallSummary) => (call.direction === 'inbound' ? call.fromNumber : call.toNumber);

const href = (call: CallSummary) => `/calls/${encodeURIComponent(call.callSid)}`;

function Direction({ call }: { call: CallSummary }) {
  const Icon = call.direction === 'inbound' ? IncomingIcon : OutgoingIcon;
  return (
    <span className="grid size-10 shrink-0 place-items-center rounded-full bg-accent-soft text-accent-text">
      <Icon />
      <span className="sr-only">{`שיחה ${DIRECTION_LABELS[call.direction]}`}</span>
    </span>
  );
}

function Length({ call }: { call: CallSummary }) {
  if (call.durationSec === null) return <span className="text-muted">—</span>;
  return <Ltr className="tabular-nums">{formatLength(call.durationSec * 1000)}</Ltr>;
}

function State({ call, readAt }: { call: CallSummary; readAt: Date }) {
  const live = call.status === 'in_progress';
  return (
    <Badge label={callLabel(call.status, call.endReason)} live={live}>
      {live ? <Elapsed since={call.startedAt} readAt={readAt} /> : null}
    </Badge>
  );
}

function DeliveryState({ call }: { call: CallSummary }) {
  const label = deliveriesLabel(call.deliveries.map((delivery) => delivery.status));
  return label === null ? <span className="text-muted">—</span> : <Badge label={label} />;
}

/** What the call was about and what became of it, once it is analysed. */
function Gist({ call }: { call: CallSummary }) {
  if (call.insight === null) return null;
  const { topic, outcome } = call.insight;
  return (
    <span className="mt-1 block max-w-56 truncate text-sm text-muted">
      {OUTCOME_LABELS[outcome].text}
      {topic === '' ? null : (
        <>
          {' · '}
          <bdi>{topic}</bdi>
        </>
      )}
    </span>
  );
}

interface CallListProps {
  readonly calls: readonly CallSummary[];
  /** When the server read them. */
  readonly readAt: Date;
}

/** Calls as cards, for a small screen. */
export function CallCards({ calls, readAt }: CallListProps) {
  return (
    <ul className="space-y-3 md:hidden">
      {calls.map((call) => (
        <li key={call.callId}>
          <Link
            to={href(call)}
            className="flex items-start gap-3 rounded-card border border-line bg-surface p-4 shadow-card"
          >
            <Direction call={call} />
            <div className="min-w-0 flex-1">
              <p className="truncate font-semibold">
                {call.lead?.name ? <bdi>{call.lead.name}</bdi> : <PhoneNumber number={otherEnd(call)} />}
              </p>
              <p className="flex flex-wrap gap-x-2 text-sm text-muted">
                {call.lead?.name ? <PhoneNumber number={otherEnd(call)} /> : null}
                <Moment at={call.startedAt} as="short" />
                {call.durationSec === null ? null : <Length call={call} />}
              </p>
              <p className="mt-2.5 flex flex-wrap gap-2">
                <State call={call} readAt={readAt} />
                {call.deliveries.length > 0 ? <DeliveryState call={call} /> : null}
              </p>
              <Gist call={call} />
            </div>
            <ForwardIcon className="mt-2 size-5 text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

const HEAD = 'px-4 py-3 text-start text-sm font-medium text-muted first:ps-6 last:pe-6';
const CELL = 'px-4 py-3.5 first:ps-6 last:pe-6';

/** Calls as a table, from 768 px. */
export function CallTable({ calls, readAt }: CallListProps) {
  return (
    <div className="hidden overflow-hidden rounded-card border border-line bg-surface shadow-card md:block">
      <table className="w-full text-start">
        <caption className="sr-only">שיחות, מהחדשה לישנה</caption>
        <thead className="border-b border-line bg-sunken">
          <tr>
            <th scope="col" className={HEAD}>
              מתקשר
            </th>
            <th scope="col" className={HEAD}>
              התחלה
            </th>
            <th scope="col" className={HEAD}>
              משך
            </th>
            <th scope="col" className={HEAD}>
              מצב
            </th>
            <th scope="col" className={HEAD}>
              שליחה
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {calls.map((call) => (
            <tr key={call.callId} className="relative transition-colors hover:bg-sunken">
              <td className={CELL}>
                <div className="flex items-center gap-3">
                  <Direction call={call} />
                  <div className="min-w-0">
                    <Link
                      to={href(call)}
                      prefetch="intent"
                      className="font-semibold after:absolute after:inset-0 hover:text-accent-text"
                    >
                      {call.lead?.name ? <bdi>{call.lead.name}</bdi> : <PhoneNumber number={otherEnd(call)} />}
                    </Link>
                    {call.lead?.name ? (
                      <span className="block text-sm text-muted">
                        <PhoneNumber number={otherEnd(call)} />
                      </span>
                    ) : null}
                  </div>
                </div>
              </td>
              <td className={`${CELL} whitespace-nowrap`}>
                <Moment at={call.startedAt} as="short" />
              </td>
              <td className={CELL}>
                <Length call={call} />
              </td>
              <td className={CELL}>
                <State call={call} readAt={readAt} />
                <Gist call={call} />
              </td>
              <td className={CELL}>
                <DeliveryState call={call} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
