import { Link } from '@remix-run/react';
import type { Insight, InsightField } from '../../domain/insights/index.ts';
import { insightReason, noTranscriptReason, OUTCOME_LABELS, SENTIMENT_LABELS } from '../insights.he.ts';
import { knownField, type KnownFields } from '../lists/lead-fields.ts';
import { turnAnchor } from '../turn-anchor.ts';
import { Badge } from './badge.tsx';
import { Card } from './card.tsx';
import { Fact, Facts } from './facts.tsx';
import { LeadValue } from './lead-value.tsx';
import { Ltr } from './ltr.tsx';

interface InsightProps {
  readonly insight: Insight | null;
  readonly known: KnownFields;
  /** The page the turns stand on; '' on the call's own. */
  readonly callPath?: string;
}

/** What the analysis of a call found: summary, next step, details with the turn each came from. */
export function InsightCard({ insight, known, callPath = '' }: InsightProps) {
  if (insight === null) return null;
  return (
    <Card
      id="insight"
      title="סיכום השיחה"
      aside={insight.status === 'done' ? <InsightBadges insight={insight} /> : null}
    >
      <InsightBody insight={insight} known={known} callPath={callPath} />
    </Card>
  );
}

/** The outcome and the sentiment in a word each. */
export function InsightBadges({ insight }: { insight: Pick<Insight, 'outcome' | 'sentiment'> }) {
  return (
    <span className="flex flex-wrap gap-2">
      {insight.outcome === null ? null : <Badge label={OUTCOME_LABELS[insight.outcome]} />}
      {insight.sentiment === null ? null : <Badge label={SENTIMENT_LABELS[insight.sentiment]} />}
    </span>
  );
}

/** The same without a frame of its own. */
export function InsightBody({ insight, known, callPath = '' }: InsightProps & { readonly insight: Insight }) {
  if (insight.status === 'pending') {
    return (
      <p role="status" className="flex items-center gap-2.5 text-muted">
        <span className="live-dot size-2 rounded-full bg-accent" aria-hidden="true" />
        השיחה נותחת עכשיו. הסיכום יופיע כאן בעוד רגע.
      </p>
    );
  }
  if (insight.status === 'unavailable') {
    const missing = insight.reason === 'transcript_unavailable';
    return (
      <div className="text-muted">
        <p>{insightReason(insight.reason)}</p>
        {missing ? <p className="mt-1 text-sm">{noTranscriptReason(insight.detail)}</p> : null}
      </div>
    );
  }
  return (
    <div className="space-y-6">
      {insight.topic === null || insight.topic === '' ? null : (
        <p className="font-semibold">
          <bdi>{insight.topic}</bdi>
        </p>
      )}
      {insight.summary === null || insight.summary === '' ? null : (
        <p dir="auto" className="max-w-prose leading-relaxed">
          {insight.summary}
        </p>
      )}
      {insight.nextStep === null || insight.nextStep === '' ? null : (
        <div className="rounded-control bg-accent-soft px-4 py-3 text-accent-text forced-colors:border">
          <p className="text-sm font-semibold">הצעד הבא</p>
          <p dir="auto">{insight.nextStep}</p>
        </div>
      )}
      <FoundFields fields={insight.fields} known={known} callPath={callPath} />
      <Promises insight={insight} callPath={callPath} />
      <Score insight={insight} />
    </div>
  );
}

function FoundFields({
  fields,
  known,
  callPath,
}: Required<Pick<InsightProps, 'known' | 'callPath'>> & { fields: readonly InsightField[] }) {
  if (fields.length === 0) return null;
  return (
    <Facts>
      {fields.map(({ key, value, turns }) => {
        const { label, kind } = knownField(known, key);
        return (
          <Fact key={key} name={label}>
            <span className="flex flex-wrap items-baseline gap-x-2">
              <LeadValue kind={kind} value={value} />
              <TurnLinks turns={turns} callPath={callPath} what={label} />
            </span>
          </Fact>
        );
      })}
    </Facts>
  );
}

/** Links to the turns that say something; clicked, the turn is shown and marked. */
function TurnLinks({ turns, callPath, what }: { turns: readonly string[]; callPath: string; what: string }) {
  return turns.slice(0, 3).map((turn, index) => (
    <Link
      key={turn}
      to={`${callPath}#${turnAnchor(turn)}`}
      aria-label={`${what}: לקטע בשיחה שבו זה נאמר${turns.length > 1 ? ` (${index + 1})` : ''}`}
      className="inline-flex min-h-6 items-center text-sm font-medium text-accent-text underline-offset-4 hover:underline"
    >
      {turns.length > 1 ? `מקור ${index + 1}` : 'מקור'}
    </Link>
  ));
}

function Promises({ insight, callPath }: { insight: Insight; callPath: string }) {
  if (insight.followUps.length === 0) return null;
  return (
    <div>
      <h3 className="mb-2 text-sm font-medium text-muted">הובטח בשיחה</h3>
      <ul className="space-y-2">
        {insight.followUps.map((promise) => (
          <li key={`${promise.turn} ${promise.what}`} className="flex flex-wrap items-baseline gap-x-2">
            <bdi>{promise.what}</bdi>
            {promise.by === null ? null : (
              <span className="text-muted">
                עד: <bdi>{promise.by}</bdi>
              </span>
            )}
            <TurnLinks turns={[promise.turn]} callPath={callPath} what={promise.what} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Score({ insight }: { insight: Insight }) {
  if (insight.score === null) return null;
  return (
    <div>
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="text-sm font-medium text-muted">ציון הפנייה</h3>
        <Ltr className="font-semibold tabular-nums">{`${insight.score}/100`}</Ltr>
      </div>
      <meter
        min={0}
        max={100}
        value={insight.score}
        aria-label="ציון הפנייה"
        className="bar-meter mt-1.5 block h-2 w-full overflow-hidden rounded-full"
      />
      {insight.scoreReasons.length === 0 ? null : (
        <ul className="mt-2 list-disc ps-5 text-sm text-muted">
          {insight.scoreReasons.map((reason) => (
            <li key={reason}>
              <bdi>{reason}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
