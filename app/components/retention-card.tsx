import type { FormFailure } from '../form-failure.server.ts';
import type { ShownCard } from '../settings/form.server.ts';
import { Button } from './button.tsx';
import { Card } from './card.tsx';
import { Fact, Facts } from './facts.tsx';
import { FormProblem } from './form-problem.tsx';
import { GeneratedField } from './generated-field.tsx';
import { Moment } from './moment.tsx';
import { OwnForm } from './own-form.tsx';

/** The latest purge: when, and what went. */
export interface ShownPurge {
  readonly at: Date;
  readonly removed: readonly { readonly label: string; readonly count: number }[];
}

interface RetentionCardProps {
  readonly card: ShownCard;
  readonly purge: ShownPurge | null;
  readonly mayChange: boolean;
  readonly failure: FormFailure | null;
}

/** How long each kind of data is kept, and what the latest purge removed. */
export function RetentionCard({ card, purge, mayChange, failure }: RetentionCardProps) {
  const own = failure?.form === 'retention' ? failure : null;
  return (
    <Card title={card.title} id="retention" help={card.help}>
      {mayChange ? (
        <OwnForm method="post" className="space-y-6" preventScrollReset>
          <FormProblem failure={failure} form="retention" />
          <input type="hidden" name="form" value="retention" />
          {card.fields.map(({ key, field, value }) => (
            <GeneratedField
              key={key}
              name={key}
              field={field}
              value={own?.typed[key] ?? value}
              error={own?.fields[key]}
            />
          ))}
          <Button type="submit">שמירה</Button>
        </OwnForm>
      ) : (
        <Facts>
          {card.fields.map(({ key, field, value }) => (
            <Fact key={key} name={field.label}>
              {typeof value === 'string' && value !== '' ? `${value} ימים` : 'ללא הגבלה'}
            </Fact>
          ))}
        </Facts>
      )}
      <p className="mt-5 border-t border-line pt-4 text-sm text-muted">
        <LastPurge purge={purge} />
      </p>
    </Card>
  );
}

function LastPurge({ purge }: { purge: ShownPurge | null }) {
  if (purge === null) return <>המחיקה היומית עדיין לא רצה.</>;
  return (
    <>
      המחיקה האחרונה: <Moment at={purge.at} />.{' '}
      {purge.removed.length === 0
        ? 'לא היה מה למחוק.'
        : purge.removed.map(({ label, count }) => `${label}: ${count}`).join(' · ')}
    </>
  );
}
