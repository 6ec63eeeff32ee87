import type { ReactNode } from 'react';
import type { ShownCard } from '../settings/form.server.ts';
import { Card } from './card.tsx';
import { Fact, Facts } from './facts.tsx';
import { GeneratedField, type FieldValue } from './generated-field.tsx';
import { Notice } from './notice.tsx';
import { SecretField } from './secret-field.tsx';
import { SendTest, type TestAnswer } from './send-test.tsx';

interface SettingsCardsProps {
  readonly cards: readonly ShownCard[];
  readonly typed: Readonly<Record<string, FieldValue>>;
  readonly errors: Readonly<Record<string, string>>;
  /** The answer to a test that was just sent. */
  readonly test?: TestAnswer | undefined;
  /** What else stands on a card, by the card's name. */
  readonly below?: Readonly<Record<string, ReactNode>>;
}

/** Cards whose controls are made from the fields of the core and of the plugins. */
export function SettingsCards({ cards, typed, errors, test, below = {} }: SettingsCardsProps) {
  return cards.map((card) => (
    <Card key={card.name} id={`card-${card.name}`} title={card.title} help={card.help}>
      {card.closed === undefined ? null : (
        <div className="mb-5">
          <Notice tone="warn">{card.closed}</Notice>
        </div>
      )}
      {card.fields.every((field) => field.readOnly) ? (
        <Facts>
          {card.fields.map(({ key, field, value }) => (
            <Fact key={key} name={field.label}>
              {typeof value === 'string' ? value : ''}
            </Fact>
          ))}
        </Facts>
      ) : (
        <div className="space-y-6">
          {card.fields.map(({ key, field, value, holidays }) => (
            <GeneratedField
              key={key}
              name={key}
              field={field}
              value={typed[key] ?? value}
              error={errors[key]}
              holidays={holidays}
            />
          ))}
          {card.secrets.map(({ key, label, help, set, readOnly }) => (
            <SecretField
              key={key}
              name={key}
              label={label}
              help={help}
              set={set}
              readOnly={readOnly}
              error={errors[key]}
            />
          ))}
          {card.testable ? (
            <SendTest source={card.name} answer={test?.source === card.name ? test : undefined} />
          ) : null}
          {below[card.name]}
        </div>
      )}
    </Card>
  ));
}
