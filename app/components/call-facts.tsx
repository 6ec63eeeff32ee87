import { Link } from '@remix-run/react';
import type { CallDetail } from '../../domain/calls/index.ts';
import { formatCost, formatDelay, formatLength, spellLength } from '../format.ts';
import { callLabel, DIRECTION_LABELS } from '../labels.he.ts';
import { collectedDetails, knownField, type KnownFields } from '../lists/lead-fields.ts';
import { Badge } from './badge.tsx';
import { Card } from './card.tsx';
import { Elapsed } from './elapsed.tsx';
import { Fact, Facts } from './facts.tsx';
import { ChevronDownIcon } from './icons.tsx';
import { LeadPhone } from './lead-phone.tsx';
import { LeadValue } from './lead-value.tsx';
import { Ltr, PhoneNumber } from './ltr.tsx';
import { Moment } from './moment.tsx';

/** What happened: who, when, how long, and why it ended. `readAt` is when the server read it. */
export function CallFacts({ call, readAt }: { call: CallDetail; readAt: Date }) {
  const label = callLabel(call.status, call.endReason);
  return (
    <Card id="facts" title="פרטי השיחה">
      <div className="mb-5">
        <Badge label={label} live={call.status === 'in_progress'}>
          {call.status === 'in_progress' ? <Elapsed since={call.startedAt} readAt={readAt} /> : null}
        </Badge>
        {label.explanation === undefined ? null : <p className="mt-2 text-muted">{label.explanation}</p>}
      </div>
      <Facts>
        <Fact name="כיוון">{DIRECTION_LABELS[call.direction]}</Fact>
        <Fact name="משך">{call.durationSec === null ? '—' : spellLength(call.durationSec * 1000)}</Fact>
        <Fact name="מאת">
          <PhoneNumber number={call.fromNumber} />
        </Fact>
        <Fact name="אל">
          <PhoneNumber number={call.toNumber} />
        </Fact>
        <Fact name="התחלה">
          <Moment at={call.startedAt} as="clock" />
        </Fact>
        <Fact name="סיום">{call.endedAt === null ? '—' : <Moment at={call.endedAt} as="clock" />}</Fact>
        <Fact name="עלות">{call.costMicroUsd === null ? '—' : <Ltr>{formatCost(call.costMicroUsd)}</Ltr>}</Fact>
      </Facts>
    </Card>
  );
}

interface LeadFactsProps {
  readonly lead: NonNullable<CallDetail['lead']>;
  readonly known: KnownFields;
}

/** What the agent learned about the caller. */
export function LeadFacts({ lead, known }: LeadFactsProps) {
  return (
    <Card
      id="lead"
      title="פרטי הליד"
      aside={
        <Link
          to={`/leads/${lead.leadId}`}
          prefetch="intent"
          className="inline-flex min-h-7 items-center font-medium text-accent-text underline-offset-4 hover:underline"
        >
          לדף הליד
        </Link>
      }
    >
      <Facts columns={1}>
        <Fact name="שם">{lead.name === null ? '—' : <bdi>{lead.name}</bdi>}</Fact>
        <Fact name="טלפון">
          <LeadPhone phone={lead.phone} dial />
        </Fact>
        {collectedDetails(lead.fields).map(([key, value]) => {
          const { label, kind } = knownField(known, key);
          return (
            <Fact key={key} name={label}>
              <LeadValue kind={kind} value={value} />
            </Fact>
          );
        })}
      </Facts>
    </Card>
  );
}

/** Ids and named moments, for a talk with support. Closed until asked for. */
export function TechnicalDetails({ call }: { call: CallDetail }) {
  const timings = Object.entries(call.timings).sort(([, a], [, b]) => a - b);
  return (
    <details className="group rounded-card border border-line bg-surface shadow-card">
      <summary className="flex cursor-pointer list-none items-center justify-between rounded-card p-5 text-lg font-bold md:px-7">
        פרטים טכניים
        <ChevronDownIcon className="size-5 text-muted transition-transform group-open:rotate-180" />
      </summary>
      <div className="px-5 pb-6 md:px-7">
        <Facts>
          <Fact name="מזהה שיחה (CallSid)">
            <Ltr className="font-mono text-sm break-all">{call.callSid}</Ltr>
          </Fact>
          <Fact name="שמע שהוחזק בפתיחה">{formatDelay(call.heldMs)}</Fact>
          {call.finalizedAt === null ? null : (
            <Fact name="תמלול סופי">
              <Moment at={call.finalizedAt} as="clock" />
            </Fact>
          )}
        </Facts>
        {timings.length === 0 ? null : (
          <table className="mt-5 w-full text-sm">
            <caption className="mb-2 text-start font-medium">רגעים בשיחה</caption>
            <tbody className="divide-y divide-line border-y border-line">
              {timings.map(([name, ms]) => (
                <tr key={name}>
                  <th scope="row" className="py-1.5 text-start font-normal">
                    <Ltr className="font-mono">{name}</Ltr>
                  </th>
                  <td className="py-1.5 text-end">
                    <Ltr className="tabular-nums">{`${formatLength(ms)} (${Math.round(ms)} ms)`}</Ltr>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <UsageTable usage={call.usage} />
      </div>
    </details>
  );
}

const NUMBER = new Intl.NumberFormat('he-IL');

function Count({ of }: { of: number }) {
  return <Ltr className="tabular-nums">{NUMBER.format(of)}</Ltr>;
}

/** What was used of each model: what the cost is made of. */
function UsageTable({ usage }: { usage: CallDetail['usage'] }) {
  if (usage.length === 0) return null;
  return (
    <table className="mt-5 w-full text-sm">
      <caption className="mb-2 text-start font-medium">שימוש במודלים (אסימונים)</caption>
      <thead>
        <tr className="text-muted">
          <th scope="col" className="py-1.5 text-start font-normal">
            מודל
          </th>
          <th scope="col" className="py-1.5 text-end font-normal">
            נכנסים
          </th>
          <th scope="col" className="py-1.5 text-end font-normal">
            מהמטמון
          </th>
          <th scope="col" className="py-1.5 text-end font-normal">
            יוצאים
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line border-y border-line">
        {usage.map((used) => (
          <tr key={`${used.kind} ${used.model}`}>
            <th scope="row" className="py-1.5 text-start font-normal">
              <Ltr className="font-mono break-all">{used.model}</Ltr>
            </th>
            <td className="py-1.5 ps-3 text-end">
              {used.seconds > 0 ? formatDelay(used.seconds * 1000) : <Count of={used.textIn + used.audioIn} />}
            </td>
            <td className="py-1.5 ps-3 text-end">
              <Count of={used.textInCached + used.audioInCached} />
            </td>
            <td className="py-1.5 ps-3 text-end">
              <Count of={used.textOut + used.audioOut} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
